package dev.thaw.vmm.linux.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.TestProcess;
import dev.thaw.vmm.linux.UserRegisters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dispositions, masks, queues and interrupted calls, as signal(7) has them. */
class SignalsTest {
    private static final int READ = 0;
    private static final int RT_SIGACTION = 13;
    private static final int RT_SIGPROCMASK = 14;
    private static final int RT_SIGRETURN = 15;
    private static final int PAUSE = 34;
    private static final int NANOSLEEP = 35;
    private static final int KILL = 62;
    private static final int RT_SIGPENDING = 127;
    private static final int RT_SIGTIMEDWAIT = 128;
    private static final int RT_SIGQUEUEINFO = 129;
    private static final int RT_SIGSUSPEND = 130;
    private static final int TGKILL = 234;
    private static final int FUTEX = 202;
    private static final int SIGNALFD4 = 289;

    private static final int SIGUSR1 = 10;
    private static final int SIGUSR2 = 12;
    private static final int SIGTERM = 15;
    private static final long HANDLER = 0x12_3450;
    private static final long RESTORER = 0x12_6780;
    private static final long DATA = TestProcess.DATA;

    private final TestProcess process = new TestProcess();

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void theDefaultOfMostSignalsIsTheEnd() {
        assertEquals(0, process.call(KILL, 1, SIGTERM));
        process.deliver();
        Outcome.Killed killed = (Outcome.Killed) process.kernel().end().orElseThrow();
        assertEquals(SIGTERM, killed.signal());
        assertFalse(killed.cause().isEmpty());
    }

    @Test
    void signalsThatMeanNothingAreDropped() {
        for (int signal : new int[] {SignalNames.SIGCHLD, SignalNames.SIGWINCH, SignalNames.SIGURG, SignalNames.SIGTSTP}) {
            process.call(KILL, 1, signal);
            assertFalse(process.kernel().signals().pending(task()), SignalNames.name(signal));
        }
        assertEquals(0, pendingSet());
    }

    @Test
    void killAndStopCannotBeCaughtOrBlocked() {
        writeAction(HANDLER, SignalAction.SA_RESTORER, 0);
        for (int signal : new int[] {SignalNames.SIGKILL, SignalNames.SIGSTOP}) {
            assertEquals(-Errno.EINVAL, process.call(RT_SIGACTION, signal, DATA, 0, 8));
            assertEquals(0, process.call(RT_SIGACTION, signal, 0, DATA + 64, 8));
        }
        block(-1);
        process.call(TGKILL, 1, 1, SignalNames.SIGKILL);
        assertTrue(process.kernel().signals().pending(task()));
        process.deliver();
        assertEquals(SignalNames.SIGKILL, ((Outcome.Killed) process.kernel().end().orElseThrow()).signal());
    }

    @Test
    void aBlockedSignalWaitsAndStandardOnesWaitOnce() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        block(SignalNames.bit(SIGUSR1));
        process.call(KILL, 1, SIGUSR1);
        process.call(KILL, 1, SIGUSR1);
        assertFalse(process.kernel().signals().pending(task()));
        assertEquals(SignalNames.bit(SIGUSR1), pendingSet());
        block(0);
        process.deliver();
        assertEquals(HANDLER, task().registers().get(UserRegisters.RIP));
        returnFromHandler();
        assertFalse(process.kernel().signals().pending(task()));
    }

    @Test
    void realTimeSignalsQueueInOrderAndAreBounded() {
        block(-1);
        for (int i = 0; i < PendingSignals.LIMIT; i++) {
            writeInfo(-1, i);
            assertEquals(0, process.call(RT_SIGQUEUEINFO, 1, 40, DATA + 128));
        }
        assertEquals(-Errno.EAGAIN, process.call(RT_SIGQUEUEINFO, 1, 40, DATA + 128));
        for (int i = 0; i < PendingSignals.LIMIT; i++) {
            task().user().writeLong(DATA, SignalNames.bit(40));
            assertEquals(40, process.call(RT_SIGTIMEDWAIT, DATA, DATA + 256, 0, 8));
            assertEquals(i, task().user().readLong(DATA + 256 + 24));
        }
        assertEquals(Syscall.BLOCKED, process.call(RT_SIGTIMEDWAIT, DATA, 0, 0, 8));
    }

    @Test
    void anAwaitedSignalIsTheAnswerAndNoInterruption() {
        task().user().writeLong(DATA, SignalNames.bit(SIGTERM));
        assertEquals(Syscall.BLOCKED, process.call(RT_SIGTIMEDWAIT, DATA, 0, 0, 8));
        process.kernel().signals().post(SignalInfo.kernel(SIGTERM, "test"));
        assertFalse(process.kernel().signals().pending(task()));
        assertEquals(SIGTERM, process.again());
        assertTrue(process.kernel().end().isEmpty());
    }

    @Test
    void anotherSignalInterruptsTheWait() {
        handle(SIGUSR1, SignalAction.SA_RESTORER | SignalAction.SA_RESTART);
        task().user().writeLong(DATA, SignalNames.bit(SIGTERM));
        process.call(RT_SIGTIMEDWAIT, DATA, 0, 0, 8);
        interrupt(SIGUSR1);
        assertEquals(-Errno.EINTR, savedRax());
    }

    @Test
    void aWaitOfNoTimeSaysAgain() {
        task().user().writeLong(DATA, SignalNames.bit(SIGTERM));
        task().user().clear(DATA + 16, 16);
        assertEquals(-Errno.EAGAIN, process.call(RT_SIGTIMEDWAIT, DATA, 0, DATA + 16, 8));
    }

    @Test
    void aCallIsMadeAgainOnlyWithSaRestart() {
        long rip = task().registers().get(UserRegisters.RIP);
        handle(SIGUSR1, SignalAction.SA_RESTORER | SignalAction.SA_RESTART);
        handle(SIGUSR2, SignalAction.SA_RESTORER);
        assertEquals(Syscall.BLOCKED, process.call(FUTEX, DATA + 512, 0, 0, 0));
        interrupt(SIGUSR1);
        assertEquals(FUTEX, savedRax());
        assertEquals(rip - 2, savedRip());
        returnFromHandler();
        assertEquals(FUTEX, task().registers().get(UserRegisters.RAX));

        task().registers().set(UserRegisters.RIP, rip);
        assertEquals(Syscall.BLOCKED, process.call(FUTEX, DATA + 512, 0, 0, 0));
        interrupt(SIGUSR2);
        assertEquals(-Errno.EINTR, savedRax());
        assertEquals(rip, savedRip());
    }

    @Test
    void aPauseIsNeverMadeAgain() {
        handle(SIGUSR1, SignalAction.SA_RESTORER | SignalAction.SA_RESTART);
        assertEquals(Syscall.BLOCKED, process.call(PAUSE));
        interrupt(SIGUSR1);
        assertEquals(-Errno.EINTR, savedRax());
    }

    @Test
    void aSleepSaysWhatWasLeft() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        task().user().writeLong(DATA, 1000);
        task().user().writeLong(DATA + 8, 0);
        assertEquals(Syscall.BLOCKED, process.call(NANOSLEEP, DATA, DATA + 16));
        interrupt(SIGUSR1);
        assertEquals(-Errno.EINTR, savedRax());
        long left = task().user().readLong(DATA + 16);
        assertTrue(left > 0 && left <= 1000);
    }

    @Test
    void aSuspensionSwapsTheMaskForItsLength() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        block(SignalNames.bit(SIGUSR1) | SignalNames.bit(SIGUSR2));
        process.call(KILL, 1, SIGUSR1);
        task().user().writeLong(DATA, SignalNames.bit(SIGTERM));
        assertEquals(Syscall.BLOCKED, process.call(RT_SIGSUSPEND, DATA, 8));
        assertTrue(process.kernel().signals().pending(task()));
        process.reloadTask();
        process.deliver();
        assertEquals(SignalNames.bit(SIGUSR1) | SignalNames.bit(SIGTERM), task().signals().mask());
        returnFromHandler();
        assertEquals(SignalNames.bit(SIGUSR1) | SignalNames.bit(SIGUSR2), task().signals().mask());
        assertEquals(-Errno.EINTR, task().registers().get(UserRegisters.RAX));
    }

    @Test
    void severalSignalsNestTheirHandlers() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        handle(SIGUSR2, SignalAction.SA_RESTORER);
        long rip = task().registers().get(UserRegisters.RIP);
        process.kernel().signals().post(SignalInfo.kernel(SIGUSR1, "test"));
        process.kernel().signals().post(SignalInfo.kernel(SIGUSR2, "test"));
        process.deliver();
        assertEquals(SIGUSR2, task().registers().get(UserRegisters.RDI));
        returnFromHandler();
        assertEquals(HANDLER, task().registers().get(UserRegisters.RIP));
        assertEquals(SIGUSR1, task().registers().get(UserRegisters.RDI));
        returnFromHandler();
        assertEquals(rip, task().registers().get(UserRegisters.RIP));
        assertEquals(0, task().signals().mask());
    }

    @Test
    void aHandlerThatResetsRunsOnceAndUnblockedWithNodefer() {
        handle(SIGUSR1, SignalAction.SA_RESTORER | SignalAction.SA_RESETHAND | SignalAction.SA_NODEFER);
        process.call(KILL, 1, SIGUSR1);
        process.deliver();
        assertEquals(0, task().signals().mask());
        process.call(KILL, 1, SIGUSR1);
        process.deliver();
        assertEquals(SIGUSR1, ((Outcome.Killed) process.kernel().end().orElseThrow()).signal());
    }

    @Test
    void ignoringASignalForgetsIt() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        block(SignalNames.bit(SIGUSR1));
        process.call(KILL, 1, SIGUSR1);
        writeAction(SignalAction.SIG_IGN, 0, 0);
        process.call(RT_SIGACTION, SIGUSR1, DATA, 0, 8);
        assertEquals(0, pendingSet());
        process.call(KILL, 1, SIGUSR1);
        assertEquals(SignalNames.bit(SIGUSR1), pendingSet(), "but while blocked it is kept: the handler may change");
    }

    @Test
    void aBlockedOrIgnoredFaultEndsTheProgram() {
        handle(SignalNames.SIGSEGV, SignalAction.SA_RESTORER);
        block(SignalNames.bit(SignalNames.SIGSEGV));
        process.kernel().signals().fault(task(), SignalNames.SIGSEGV, 1, 0x10, 14, 4, "no mapping at 0x10");
        assertEquals("no mapping at 0x10", ((Outcome.Killed) process.kernel().end().orElseThrow()).cause());
    }

    @Test
    void aFaultComesBeforeOtherSignals() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        handle(SignalNames.SIGSEGV, SignalAction.SA_RESTORER);
        process.call(TGKILL, 1, 1, SIGUSR1);
        process.kernel().signals().fault(task(), SignalNames.SIGSEGV, 1, 0x10, 14, 4, "no mapping");
        process.deliver();
        assertEquals(SIGUSR1, task().registers().get(UserRegisters.RDI), "on top of the fault's handler");
        returnFromHandler();
        assertEquals(SignalNames.SIGSEGV, task().registers().get(UserRegisters.RDI));
        assertEquals(0x10, task().user().readLong(task().registers().get(UserRegisters.RSI) + 16));
    }

    @Test
    void stateOutlivesAFreeze() {
        handle(SIGUSR1, SignalAction.SA_RESTORER);
        block(SignalNames.bit(SIGUSR1));
        writeInfo(-1, 77);
        process.call(RT_SIGQUEUEINFO, 1, SIGUSR1, DATA + 128);
        process.reloadTask();
        assertEquals(SignalNames.bit(SIGUSR1), task().signals().mask());
        block(0);
        process.deliver();
        assertEquals(HANDLER, task().registers().get(UserRegisters.RIP));
        assertEquals(77, task().user().readLong(task().registers().get(UserRegisters.RSI) + 24));
    }

    @Test
    void aDescriptorReadsBlockedSignalsInOrder() {
        block(-1);
        task().user().writeLong(DATA, SignalNames.bit(SIGUSR1) | SignalNames.bit(40));
        long fd = process.call(SIGNALFD4, -1, DATA, 8, 0);
        assertEquals(Syscall.BLOCKED, process.call(READ, fd, DATA + 1024, 512));
        process.kernel().signals().post(task(), SignalInfo.kernel(SIGUSR2, "test"));
        assertEquals(Syscall.BLOCKED, process.again(), "not one of its set");
        process.call(TGKILL, 1, 1, 40);
        process.call(KILL, 1, SIGUSR1);
        assertEquals(256, process.call(READ, fd, DATA + 1024, 300));
        assertEquals(40, task().user().readInt(DATA + 1024), "what was sent to the thread comes first");
        assertEquals(SIGUSR1, task().user().readInt(DATA + 1024 + 128));
        assertEquals(1, task().user().readInt(DATA + 1024 + 128 + 12));
        assertEquals(-Errno.EINVAL, process.call(READ, fd, DATA + 1024, 127));
        assertEquals(-Errno.EINVAL, process.call(SIGNALFD4, -1, DATA, 4, 0));
        assertEquals(fd, process.call(SIGNALFD4, fd, DATA, 8, 0));
    }

    @Test
    void nobodyElseIsThere() {
        assertEquals(-Errno.ESRCH, process.call(KILL, 2, 0));
        assertEquals(-Errno.ESRCH, process.call(KILL, -1, SIGTERM));
        assertEquals(-Errno.ESRCH, process.call(TGKILL, 1, 2, SIGTERM));
        assertEquals(-Errno.EINVAL, process.call(KILL, 1, 65));
        assertEquals(0, process.call(KILL, 0, 0));
    }

    private Task task() {
        return process.task();
    }

    private void handle(int signal, long flags) {
        writeAction(HANDLER, flags, 0);
        assertEquals(0, process.call(RT_SIGACTION, signal, DATA, 0, 8));
    }

    private void writeAction(long handler, long flags, long mask) {
        new SignalAction(handler, flags, RESTORER, mask).write(task().user(), DATA);
    }

    /** A siginfo_t with a code and a value at DATA + 128. */
    private void writeInfo(int code, long value) {
        task().user().clear(DATA + 128, SignalInfo.SIZE);
        task().user().writeInt(DATA + 128 + 8, code);
        task().user().writeLong(DATA + 128 + 24, value);
    }

    private void block(long mask) {
        task().user().writeLong(DATA, mask);
        assertEquals(0, process.call(RT_SIGPROCMASK, 2, DATA, 0, 8));
    }

    private long pendingSet() {
        assertEquals(0, process.call(RT_SIGPENDING, DATA + 64, 8));
        return task().user().readLong(DATA + 64);
    }

    private void interrupt(int signal) {
        process.kernel().signals().post(SignalInfo.kernel(signal, "test"));
        assertTrue(process.kernel().signals().pending(task()));
        process.deliver();
        assertEquals(signal, task().registers().get(UserRegisters.RDI));
    }

    private long savedRax() {
        return task().user().readLong(task().registers().get(UserRegisters.RDX) + 144);
    }

    private long savedRip() {
        return task().user().readLong(task().registers().get(UserRegisters.RDX) + 168);
    }

    private void returnFromHandler() {
        task().registers().set(UserRegisters.RSP, task().registers().get(UserRegisters.RSP) + 8);
        process.call(RT_SIGRETURN);
    }
}
