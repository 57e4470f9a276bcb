package dev.thaw.vmm.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import org.junit.jupiter.api.Test;

/** poll, ppoll, select and pselect6. */
class PollTest {
    private static final int IN = 1;
    private static final int OUT = 4;

    private static int[] pipe(GuestBench guest) {
        long fds = guest.space(8);
        guest.call("pipe2", fds, 0);
        return new int[] {guest.readInt(fds), guest.readInt(fds + 4)};
    }

    @Test
    void pollTellsWhichDescriptorsAreReady() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long fds = guest.ints(ends[0], IN, ends[1], OUT, 99, IN, -1, IN);
            assertEquals(2, guest.call("poll", fds, 4, -1));
            assertEquals(0, guest.readInt(fds + 4) >>> 16);
            assertEquals(OUT, guest.readInt(fds + 12) >>> 16);
            assertEquals(0x20, guest.readInt(fds + 20) >>> 16);
            assertEquals(0, guest.readInt(fds + 28) >>> 16);
        }
    }

    @Test
    void pollWaitsForAChangeOrItsTime() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long fds = guest.ints(ends[0], IN);
            assertEquals(Syscall.BLOCKED, guest.call("poll", fds, 1, -1));
            guest.kernel().files().get(ends[1]).write(guest.task(),
                    dev.thaw.vmm.linux.mm.UserBuffer.of(guest.kernel().user(), guest.text("x"), 1));
            assertEquals(1, guest.again());
            guest.call("read", ends[0], guest.space(8), 8);
            assertEquals(0, guest.call("poll", fds, 1, 0));
            long result = guest.call("poll", fds, 1, 2);
            while (result == Syscall.BLOCKED) {
                result = guest.again();
            }
            assertEquals(0, result);
        }
    }

    @Test
    void badArgumentsOfPollAreErrors() {
        try (GuestBench guest = new GuestBench()) {
            assertEquals(-14, guest.call("poll", GuestBench.BAD, 1, 0));
            assertEquals(-22, guest.call("poll", GuestBench.DATA, 70_000, 0));
            assertEquals(0, guest.call("poll", 0, 0, 0));
            assertEquals(-14, guest.call("ppoll", 0, 0, GuestBench.BAD, 0, 8));
            assertEquals(-22, guest.call("ppoll", 0, 0, guest.longs(0, 2_000_000_000L), 0, 8));
            assertEquals(-22, guest.call("ppoll", 0, 0, guest.longs(0, 0), guest.longs(0), 4));
            assertEquals(-14, guest.call("ppoll", 0, 0, guest.longs(0, 0), GuestBench.BAD, 8));
        }
    }

    @Test
    void ppollsMaskHoldsOnlyWhileItWaits() {
        try (GuestBench guest = new GuestBench()) {
            guest.task().signals().setMask(0x10);
            assertEquals(Syscall.BLOCKED, guest.call("ppoll", 0, 0, 0, guest.longs(0x200), 8));
            assertEquals(0x200, guest.task().signals().mask());
            assertEquals(0, guest.call("ppoll", 0, 0, guest.longs(0, 0), guest.longs(0x200), 8));
            assertEquals(0x10, guest.task().signals().mask());
        }
    }

    @Test
    void selectAnswersWithBitmaps() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest);
            long in = guest.longs(1L << ends[0]);
            long out = guest.longs(1L << ends[1]);
            long time = guest.longs(5, 0);
            assertEquals(1, guest.call("select", ends[1] + 1, in, out, 0, time));
            assertEquals(0, guest.kernel().user().readLong(in));
            assertEquals(1L << ends[1], guest.kernel().user().readLong(out));
            assertTrue(guest.kernel().user().readLong(time) <= 5);
            assertEquals(0, guest.call("select", 0, 0, 0, 0, guest.longs(0, 0)));
        }
    }

    @Test
    void badArgumentsOfSelectAreErrors() {
        try (GuestBench guest = new GuestBench()) {
            long zero = guest.longs(0, 0);
            assertEquals(-9, guest.call("select", 64, guest.longs(1L << 50), 0, 0, zero));
            assertEquals(-22, guest.call("select", -1, 0, 0, 0, zero));
            assertEquals(-14, guest.call("select", 8, GuestBench.BAD, 0, 0, zero));
            assertEquals(-14, guest.call("select", 8, 0, 0, 0, GuestBench.BAD));
            assertEquals(-14, guest.call("pselect6", 8, 0, 0, 0, zero, GuestBench.BAD));
        }
    }
}
