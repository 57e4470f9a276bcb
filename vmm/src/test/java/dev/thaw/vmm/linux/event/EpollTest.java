package dev.thaw.vmm.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import org.junit.jupiter.api.Test;

/** epoll(7), and the descriptors made for it. */
class EpollTest {
    private static final int ADD = 1;
    private static final int DEL = 2;
    private static final int MOD = 3;
    private static final int IN = 1;
    private static final int OUT = 4;
    private static final int ONESHOT = 1 << 30;
    private static final int ET = 1 << 31;
    private static final int NONBLOCK = 04000;

    private static int[] pipe(GuestBench guest) {
        long fds = guest.space(8);
        guest.call("pipe2", fds, NONBLOCK);
        return new int[] {guest.readInt(fds), guest.readInt(fds + 4)};
    }

    private static long control(GuestBench guest, long epoll, int operation, long fd, int events) {
        return guest.call("epoll_ctl", epoll, operation, fd, guest.ints(events, (int) fd, 7));
    }

    private static long wait(GuestBench guest, long epoll) {
        return guest.call("epoll_wait", epoll, guest.space(1200), 100, 0);
    }

    private static void write(GuestBench guest, long fd) {
        assertEquals(1, guest.call("write", fd, guest.text("x"), 1));
    }

    @Test
    void levelTriggeredTellsAsLongAsThereIsSomething() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long epoll = guest.call("epoll_create1", 0);
            assertEquals(0, control(guest, epoll, ADD, ends[0], IN));
            assertEquals(0, wait(guest, epoll));
            write(guest, ends[1]);
            long events = guest.space(24);
            assertEquals(1, guest.call("epoll_wait", epoll, events, 2, -1));
            assertEquals(IN, guest.readInt(events));
            assertEquals(ends[0], guest.readInt(events + 4));
            assertEquals(7, guest.readInt(events + 8));
            assertEquals(1, wait(guest, epoll));
            guest.call("read", ends[0], guest.space(8), 8);
            assertEquals(0, wait(guest, epoll));
        }
    }

    @Test
    void edgeTriggeredTellsOnceForEachArrival() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long epoll = guest.call("epoll_create1", 0);
            control(guest, epoll, ADD, ends[0], IN | ET);
            write(guest, ends[1]);
            assertEquals(1, wait(guest, epoll));
            assertEquals(0, wait(guest, epoll));
            write(guest, ends[1]);
            assertEquals(1, wait(guest, epoll));
            guest.call("read", ends[0], guest.space(8), 8);
            write(guest, ends[1]);
            assertEquals(1, wait(guest, epoll));
        }
    }

    @Test
    void oneshotIsSilentUntilItIsSetAgain() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long epoll = guest.call("epoll_create1", 0);
            control(guest, epoll, ADD, ends[1], OUT | ONESHOT);
            assertEquals(1, wait(guest, epoll));
            assertEquals(0, wait(guest, epoll));
            assertEquals(0, control(guest, epoll, MOD, ends[1], OUT | ONESHOT));
            assertEquals(1, wait(guest, epoll));
        }
    }

    @Test
    void aClosedDescriptorIsWatchedNoMore() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long epoll = guest.call("epoll_create1", 0);
            control(guest, epoll, ADD, ends[0], IN);
            write(guest, ends[1]);
            guest.closeFd(ends[0]);
            assertEquals(0, wait(guest, epoll));
        }
    }

    @Test
    void controlAnswersWithTheRightErrors() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long epoll = guest.call("epoll_create1", 0);
            long other = guest.call("epoll_create1", 0);
            assertEquals(-2, control(guest, epoll, MOD, ends[0], IN));
            assertEquals(-2, control(guest, epoll, DEL, ends[0], IN));
            assertEquals(-9, control(guest, epoll, ADD, 77, IN));
            assertEquals(-22, control(guest, epoll, ADD, epoll, IN));
            assertEquals(-22, control(guest, ends[0], ADD, ends[1], IN));
            assertEquals(0, control(guest, epoll, ADD, ends[0], IN));
            assertEquals(-17, control(guest, epoll, ADD, ends[0], IN));
            assertEquals(-14, guest.call("epoll_ctl", epoll, ADD, ends[1], GuestBench.BAD));
            assertEquals(-22, guest.call("epoll_wait", epoll, GuestBench.DATA, 0, 0));
            assertEquals(0, control(guest, other, ADD, epoll, IN));
            assertEquals(-40, control(guest, epoll, ADD, other, IN));
        }
    }

    @Test
    void anEventThatCouldNotBeToldIsNotLost() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long epoll = guest.call("epoll_create1", 0);
            control(guest, epoll, ADD, ends[1], OUT | ET);
            assertEquals(-14, guest.call("epoll_wait", epoll, GuestBench.BAD, 1, 0));
            assertEquals(1, wait(guest, epoll));
        }
    }

    @Test
    void addingAndClosingOverAndOverPilesUpNothing() {
        try (GuestBench guest = new GuestBench()) {
            long epoll = guest.call("epoll_create1", 0);
            long event = guest.ints(IN, 0, 0);
            for (int i = 0; i < 200_100; i++) {
                long fd = guest.call("eventfd2", 0, 0);
                assertEquals(0, guest.call("epoll_ctl", epoll, ADD, fd, event));
                guest.closeFd(fd);
            }
        }
    }

    @Test
    void anEventDescriptorCounts() {
        try (GuestBench guest = new GuestBench()) {
            long fd = guest.call("eventfd2", 3, NONBLOCK);
            long value = guest.longs(4);
            assertEquals(8, guest.call("write", fd, value, 8));
            assertEquals(8, guest.call("read", fd, value, 8));
            assertEquals(7, guest.kernel().user().readLong(value));
            assertEquals(-11, guest.call("read", fd, value, 8));
            assertEquals(-22, guest.call("read", fd, value, 7));
            assertEquals(-22, guest.call("write", fd, guest.longs(-1), 8));
            assertEquals(8, guest.call("write", fd, guest.longs(-2), 8));
            assertEquals(-11, guest.call("write", fd, guest.longs(1), 8));
            assertEquals(-14, guest.call("write", fd, GuestBench.BAD, 8));
            assertEquals(-22, guest.call("eventfd2", 0, 8));
        }
    }

    @Test
    void aTimerDescriptorWakesAPollByItself() {
        try (GuestBench guest = new GuestBench()) {
            long fd = guest.call("timerfd_create", 1, NONBLOCK);
            assertEquals(0, guest.call("timerfd_settime", fd, 0, guest.longs(0, 0, 3600, 0), 0));
            long fds = guest.ints((int) fd, IN);
            assertEquals(Syscall.BLOCKED, guest.call("poll", fds, 1, -1));
            assertEquals(0, guest.call("timerfd_settime", fd, 0, guest.longs(0, 0, 0, 1), 0));
            assertEquals(1, guest.call("poll", fds, 1, -1));
            long into = guest.longs(0);
            assertEquals(8, guest.call("read", fd, into, 8));
            assertEquals(1, guest.kernel().user().readLong(into));
            assertEquals(-11, guest.call("read", fd, into, 8));
            assertEquals(-22, guest.call("timerfd_settime", fd, 0, guest.longs(0, 0, 0, 1_000_000_000L), 0));
            assertEquals(-14, guest.call("timerfd_gettime", fd, GuestBench.BAD));
        }
    }
}
