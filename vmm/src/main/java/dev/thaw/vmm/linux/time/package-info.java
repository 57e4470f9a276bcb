/**
 * Clocks, sleeping and timers. Called from {@link dev.thaw.vmm.linux.SyscallTable}; the run loop asks
 * {@link dev.thaw.vmm.linux.time.Timers} when the next one is due. All times inside are nanoseconds.
 */
package dev.thaw.vmm.linux.time;
