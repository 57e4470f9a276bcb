/**
 * The Linux personality: what a program in the VM sees of an operating system.
 *
 * <p>{@link dev.thaw.vmm.linux.SyscallTable} is the one table of what is supported, a line a call, grouped by area: {@code mm},
 * {@code fs}, {@code task}, {@code signal}, {@code time}, {@code net}, {@code event}. {@link dev.thaw.vmm.linux.Kernel} holds
 * a VM's state and its one lock; every handler runs under it, on the thread of whichever processor serves the task.
 *
 * <p>{@link dev.thaw.vmm.linux.Scheduler} has the program's tasks. {@link dev.thaw.vmm.linux.RunLoop} runs them on a VM's processors:
 * the caller's thread is the first, others are begun when more tasks are ready. A processor lets a task into ring 3, serves what it
 * comes out with, and takes another when it waits or its turn is over; a task that waits is a saved state and costs no thread.
 *
 * <p>Rules: a handler returns its result or {@code -errno}; what it calls may throw {@link dev.thaw.vmm.linux.GuestError}. A
 * handler never waits: it returns {@link dev.thaw.vmm.linux.Task#block} having changed nothing, and is called again when
 * something has happened. Every pointer goes through {@link dev.thaw.vmm.linux.mm.UserMemory}, every length is bounded before
 * it is used. An unknown call is ENOSYS, counted, and named once in the log.
 */
package dev.thaw.vmm.linux;
