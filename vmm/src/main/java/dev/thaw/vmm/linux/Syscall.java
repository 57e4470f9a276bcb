package dev.thaw.vmm.linux;

/**
 * One line of the {@link SyscallTable}.
 *
 * @param number of arch/x86/entry/syscalls/syscall_64.tbl
 * @param arguments a word an argument for the trace: fd, dirfd, path, buf, out, ptr, size, int, hex, oct, str, sig
 */
public record Syscall(int number, String name, String arguments, Handler handler) {
    /**
     * What a call does. Reads as decode, validate, act, copy out, answer.
     *
     * <p>Returns the value for rax: a result, {@code -errno}, or {@link #BLOCKED} from one of the {@code block} methods of
     * {@link Task}, in which case nothing may have been changed: the same call is made again when something has happened.
     * May throw {@link GuestError}. Runs on the task's own thread with the kernel lock held.
     */
    @FunctionalInterface
    public interface Handler {
        long handle(Task task, Call call);
    }

    /** The answer of a call that has to wait; never reaches the guest. */
    public static final long BLOCKED = Long.MIN_VALUE;

    /** The answer of a call that has set all registers itself (rt_sigreturn): rax is left as it stands. */
    public static final long REGISTERS_SET = Long.MIN_VALUE + 1;
}
