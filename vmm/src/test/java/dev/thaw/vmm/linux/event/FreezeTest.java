package dev.thaw.vmm.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.vmm.linux.GuestBench;
import org.junit.jupiter.api.Test;

/** Pipes and event descriptors are the same after a thaw, what is shared still shared. */
class FreezeTest {
    private static final int NONBLOCK = 04000;

    @Test
    void pipesEpollsEventsAndTimersGoOn() {
        try (GuestBench guest = new GuestBench()) {
            long fds = guest.space(8);
            guest.call("pipe2", fds, NONBLOCK);
            int reader = guest.readInt(fds);
            int writer = guest.readInt(fds + 4);
            guest.call("write", writer, guest.text("unread"), 6);
            long event = guest.call("eventfd2", 5, NONBLOCK);
            long timer = guest.call("timerfd_create", 1, NONBLOCK);
            guest.call("timerfd_settime", timer, 0, guest.longs(0, 0, 0, 1), 0);
            long epoll = guest.call("epoll_create1", 0);
            guest.call("epoll_ctl", epoll, 1, reader, guest.ints(1, 11, 0));
            guest.call("epoll_ctl", epoll, 1, event, guest.ints(1 | 1 << 31, 22, 0));
            assertEquals(2, guest.call("epoll_wait", epoll, guest.space(48), 4, 0));
            long copy = guest.call("dup", reader);
            guest.closeFd(reader);
            try (GuestBench thawed = guest.thaw()) {
                long events = thawed.space(48);
                assertEquals(1, thawed.call("epoll_wait", epoll, events, 4, 0));
                assertEquals(11, thawed.readInt(events + 4));
                long into = thawed.space(8);
                assertEquals(6, thawed.call("read", copy, into, 8));
                assertEquals("unread", thawed.text(into, 6));
                assertEquals(-11, thawed.call("read", copy, into, 8));
                assertEquals(2, thawed.call("write", writer, thawed.text("on"), 2));
                assertEquals(2, thawed.call("read", copy, into, 8));
                assertEquals(8, thawed.call("read", event, into, 8));
                assertEquals(5, thawed.kernel().user().readLong(into));
                assertEquals(8, thawed.call("read", timer, into, 8));
                thawed.closeFd(writer);
                assertEquals(0, thawed.call("read", copy, into, 8));
            }
        }
    }
}
