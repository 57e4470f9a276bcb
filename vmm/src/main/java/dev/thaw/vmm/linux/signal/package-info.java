/**
 * Signals: dispositions, masks, what is pending, delivery and the frames on the guest's stack.
 *
 * <p>The run loop calls {@link dev.thaw.vmm.linux.signal.Signals} (fault, pending, deliver); whoever has a signal to send
 * calls its {@code post}. A call that swaps the mask while it waits (ppoll, pselect6, epoll_pwait) uses
 * {@link dev.thaw.vmm.linux.signal.TaskSignals#useTemporaryMask}. Everything runs under the kernel lock.
 */
package dev.thaw.vmm.linux.signal;
