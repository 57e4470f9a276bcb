package dev.thaw.vmm.linux.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.TestProcess;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.signal.SignalNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timers fire when they are told that their time has come, once a signal taken, and survive a freeze. */
class TimersTest {
    private static final int GETITIMER = 36;
    private static final int ALARM = 37;
    private static final int SETITIMER = 38;
    private static final int RT_SIGPROCMASK = 14;
    private static final int RT_SIGTIMEDWAIT = 128;
    private static final int TIMER_CREATE = 222;
    private static final int TIMER_SETTIME = 223;
    private static final int TIMER_GETTIME = 224;
    private static final int TIMER_GETOVERRUN = 225;
    private static final int TIMER_DELETE = 226;
    private static final int CLOCK_GETTIME = 228;
    private static final int CLOCK_NANOSLEEP = 230;
    private static final int FUTEX = 202;
    private static final long DATA = TestProcess.DATA;
    private static final long HOUR = 3_600_000_000_000L;

    private final TestProcess process = new TestProcess();
    private final UserMemory user = process.task().user();

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void anAlarmIsOneSignalAtItsTime() {
        assertTrue(timers().nextExpiry().isEmpty());
        assertEquals(0, process.call(ALARM, 3600));
        long due = timers().nextExpiry().orElseThrow();
        timers().expire(due - 1);
        assertFalse(process.kernel().signals().pending(process.task()));
        long left = process.call(ALARM, 3600);
        assertTrue(left > 3500 && left <= 3600, () -> left + " s are left");
        timers().expire(timers().nextExpiry().orElseThrow());
        assertTrue(timers().nextExpiry().isEmpty());
        process.deliver();
        assertEquals(SignalNames.SIGALRM, ((Outcome.Killed) process.kernel().end().orElseThrow()).signal());
    }

    @Test
    void aPeriodicTimerGoesOnWhenItsSignalIsTaken() {
        blockAll();
        times(DATA, 1, 0);
        user.writeLong(DATA + 16, 3600);
        user.writeLong(DATA + 24, 0);
        assertEquals(0, process.call(SETITIMER, 0, DATA, 0));
        timers().expire(timers().nextExpiry().orElseThrow());
        assertTrue(timers().nextExpiry().isEmpty(), "no wake-ups while the signal waits");
        assertEquals(SignalNames.SIGALRM, take(SignalNames.SIGALRM));
        assertTrue(timers().nextExpiry().isPresent());
        assertEquals(0, process.call(SETITIMER, 0, 0, DATA + 64));
        assertEquals(1, user.readLong(DATA + 64), "the old interval");
        assertTrue(timers().nextExpiry().isEmpty());
        process.call(GETITIMER, 0, DATA + 64);
        assertEquals(0, user.readLong(DATA + 80));
    }

    @Test
    void aPosixTimerSendsItsValueAndCountsOverruns() {
        blockAll();
        int id = create(1, 40, 0, 4711);
        times(DATA, 0, 1);
        user.writeLong(DATA + 16, 0);
        user.writeLong(DATA + 24, 1);
        assertEquals(0, process.call(TIMER_SETTIME, id, 0, DATA, 0));
        timers().expire(process.kernel().clock().monotonicNanos() + 10);
        assertEquals(40, take(40));
        assertEquals(-2, user.readInt(DATA + 256 + 8));
        assertEquals(id, user.readInt(DATA + 256 + 16));
        assertEquals(4711, user.readLong(DATA + 256 + 24));
        assertEquals(user.readInt(DATA + 256 + 20), process.call(TIMER_GETOVERRUN, id));
        assertTrue(user.readInt(DATA + 256 + 20) > 0, "a nanosecond is over before its signal is taken");
        assertEquals(0, process.call(TIMER_DELETE, id));
        assertEquals(-Errno.EINVAL, process.call(TIMER_DELETE, id));
    }

    @Test
    void aTimerThatTellsNobodyWakesNobody() {
        int id = create(1, 0, 1, 0);
        times(DATA, 0, 0);
        user.writeLong(DATA + 16, 3600);
        user.writeLong(DATA + 24, 0);
        process.call(TIMER_SETTIME, id, 0, DATA, 0);
        assertTrue(timers().nextExpiry().isEmpty());
        process.call(TIMER_GETTIME, id, DATA + 64);
        assertTrue(user.readLong(DATA + 80) > 3500);
    }

    @Test
    void timersAreBoundedAndCheckedAndSurviveAFreeze() {
        for (int i = 0; i < Timers.LIMIT; i++) {
            assertEquals(i, create(1, 40, 0, 0));
        }
        assertEquals(-Errno.EAGAIN, process.call(TIMER_CREATE, 1, 0, DATA + 96));
        assertEquals(-Errno.EINVAL, process.call(TIMER_CREATE, 77, 0, DATA + 96));
        times(DATA, 0, 0);
        user.writeLong(DATA + 16, 3600);
        user.writeLong(DATA + 24, 0);
        process.call(TIMER_SETTIME, 200, 0, DATA, 0);
        long due = timers().nextExpiry().orElseThrow();
        process.reloadTask();
        assertEquals(due, timers().nextExpiry().orElseThrow());
        user.writeLong(DATA + 24, 1_000_000_000);
        assertEquals(-Errno.EINVAL, process.call(TIMER_SETTIME, 200, 0, DATA, 0));
    }

    @Test
    void aSleepUntilATimePastIsNone() {
        times(DATA, 0, 1);
        assertEquals(0, process.call(CLOCK_NANOSLEEP, 1, 1, DATA, 0));
        assertEquals(0, process.call(CLOCK_NANOSLEEP, 0, 1, DATA, 0));
        times(DATA, Long.MAX_VALUE / 2, 0);
        assertEquals(Syscall.BLOCKED, process.call(CLOCK_NANOSLEEP, 0, 1, DATA, 0));
        times(DATA, 0, 1_000_000_000);
        assertEquals(-Errno.EINVAL, process.call(CLOCK_NANOSLEEP, 1, 0, DATA, 0));
        times(DATA, -1, 0);
        assertEquals(-Errno.EINVAL, process.call(CLOCK_NANOSLEEP, 1, 0, DATA, 0));
        assertEquals(-Errno.EFAULT, process.call(CLOCK_NANOSLEEP, 1, 0, 8, 0));
    }

    @Test
    void everyClockReadsAndOthersAreRefused() {
        for (int id : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, -6, -2}) {
            assertEquals(0, process.call(CLOCK_GETTIME, id, DATA), "clock " + id);
        }
        for (int id : new int[] {10, 12, 16, -1, Integer.MIN_VALUE}) {
            assertEquals(-Errno.EINVAL, process.call(CLOCK_GETTIME, id, DATA), "clock " + id);
        }
    }

    @Test
    void aFutexWaitEndsByItsTime() {
        user.writeInt(DATA + 512, 5);
        assertEquals(-Errno.EAGAIN, process.call(FUTEX, DATA + 512, 0, 4, 0));
        times(DATA, 0, 0);
        assertEquals(-Errno.ETIMEDOUT, process.call(FUTEX, DATA + 512, 128, 5, DATA));
        assertEquals(-Errno.ETIMEDOUT, process.call(FUTEX, DATA + 512, 9 | 256, 5, DATA, 0, -1));
        times(DATA, 3600, 0);
        assertEquals(Syscall.BLOCKED, process.call(FUTEX, DATA + 512, 0, 5, DATA));
        user.writeInt(DATA + 512, 6);
        assertEquals(Syscall.BLOCKED, process.again(), "nobody has woken it");
        assertTrue(process.task().wakeTime() > HOUR - HOUR / 100);
    }

    private Timers timers() {
        return process.kernel().timers();
    }

    private void blockAll() {
        user.writeLong(DATA, -1);
        process.call(RT_SIGPROCMASK, 2, DATA, 0, 8);
    }

    private void times(long address, long seconds, long fraction) {
        user.writeLong(address, seconds);
        user.writeLong(address + 8, fraction);
    }

    private int create(int clock, int signo, int notify, long value) {
        user.clear(DATA + 128, 64);
        user.writeLong(DATA + 128, value);
        user.writeInt(DATA + 136, signo);
        user.writeInt(DATA + 140, notify);
        assertEquals(0, process.call(TIMER_CREATE, clock, DATA + 128, DATA + 96));
        return user.readInt(DATA + 96);
    }

    private long take(int signal) {
        user.writeLong(DATA + 200, 1L << signal - 1);
        return process.call(RT_SIGTIMEDWAIT, DATA + 200, DATA + 256, 0, 8);
    }
}
