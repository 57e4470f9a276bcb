package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.time.SleepCalls;
import java.util.Set;

/** What becomes of a blocked call when a signal comes: signal(7), "Interruption of system calls and library functions". */
final class Interruption {
    /** Calls that SA_RESTART does not repeat, by number, and futex(2) when it has a timeout. */
    private static final Set<Integer> NEVER_REPEATED = Set.of(
            7 /* poll */, 23 /* select */, 34 /* pause */, SleepCalls.NANOSLEEP, 65 /* semop */, 69 /* msgsnd */,
            70 /* msgrcv */, 128 /* rt_sigtimedwait */, 130 /* rt_sigsuspend */, 208 /* io_getevents */,
            220 /* semtimedop */, SleepCalls.CLOCK_NANOSLEEP, 232 /* epoll_wait */, 270 /* pselect6 */, 271 /* ppoll */,
            281 /* epoll_pwait */, 441 /* epoll_pwait2 */);
    private static final int FUTEX = 202;
    /** Bytes of the {@code syscall} instruction. */
    private static final int SYSCALL_LENGTH = 2;

    private Interruption() {}

    /** A handler with this action is about to run: the call's answer is EINTR, or it is made again after the handler. */
    static void settle(Task task, SignalAction action) {
        if (answeredWithProgress(task)) {
            return;
        }
        Call call = task.call();
        int number = call.number();
        boolean timedFutex = number == FUTEX && call.arg(3) != 0;
        if (action.has(SignalAction.SA_RESTART) && !timedFutex && !NEVER_REPEATED.contains(number)) {
            restart(task);
            return;
        }
        long answer = -Errno.EINTR;
        if (number == SleepCalls.NANOSLEEP || number == SleepCalls.CLOCK_NANOSLEEP) {
            long written = SleepCalls.writeRemaining(task);
            answer = written == 0 ? answer : written;
        }
        task.registers().set(UserRegisters.RAX, answer);
    }

    /** A write that has written some of its bytes is over with those: made again, it would write them twice. */
    private static boolean answeredWithProgress(Task task) {
        if (task.progress() > 0) {
            task.registers().set(UserRegisters.RAX, task.progress());
        }
        return task.progress() > 0;
    }

    /** Sets the registers to make the call again: ring 3 executes its {@code syscall} instruction once more. */
    static void restart(Task task) {
        if (answeredWithProgress(task)) {
            return;
        }
        UserRegisters registers = task.registers();
        registers.set(UserRegisters.RAX, task.call().number());
        registers.set(UserRegisters.RIP, registers.get(UserRegisters.RIP) - SYSCALL_LENGTH);
    }
}
