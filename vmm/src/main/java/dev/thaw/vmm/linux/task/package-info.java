/**
 * The process and its thread as calls see them: identity, limits, scheduling, system information, futexes. Called from
 * {@link dev.thaw.vmm.linux.SyscallTable} only; the state lies in {@link dev.thaw.vmm.linux.ProcessInfo} and
 * {@link dev.thaw.vmm.linux.Task}.
 */
package dev.thaw.vmm.linux.task;
