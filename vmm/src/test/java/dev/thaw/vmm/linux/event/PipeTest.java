package dev.thaw.vmm.linux.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import org.junit.jupiter.api.Test;

/** pipe(7). */
class PipeTest {
    private static final int NONBLOCK = 04000;

    private static int[] pipe(GuestBench guest, int flags) {
        long fds = guest.space(8);
        assertEquals(0, guest.call("pipe2", fds, flags));
        return new int[] {guest.readInt(fds), guest.readInt(fds + 4)};
    }

    @Test
    void bytesComeOutInOrderAndThenTheEnd() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest, 0);
            assertEquals(5, guest.call("write", ends[1], guest.text("hello"), 5));
            long into = guest.space(16);
            assertEquals(2, guest.call("read", ends[0], into, 2));
            assertEquals(3, guest.call("read", ends[0], into + 2, 16));
            assertEquals("hello", guest.text(into, 5));
            assertEquals(Syscall.BLOCKED, guest.call("read", ends[0], into, 16));
            guest.closeFd(ends[1]);
            assertEquals(0, guest.again());
        }
    }

    @Test
    void aSmallWriteGoesInWholeOrNotAtAll() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest, NONBLOCK);
            long data = guest.space(65_536);
            assertEquals(65_000, guest.call("write", ends[1], data, 65_000));
            assertEquals(-11, guest.call("write", ends[1], data, 4096));
            assertEquals(536, guest.call("write", ends[1], data, 5000));
            assertEquals(-11, guest.call("write", ends[1], data, 1));
        }
    }

    @Test
    void aBlockedWriterGoesOnWhenThereIsRoom() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest, 0);
            long data = guest.space(65_536);
            assertEquals(65_536, guest.call("write", ends[1], data, 65_536));
            assertEquals(Syscall.BLOCKED, guest.call("write", ends[1], data, 100));
        }
    }

    @Test
    void writingToNobodyIsEpipeWithTheSignal() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest, 0);
            guest.closeFd(ends[0]);
            assertFalse(guest.kernel().signals().pending(guest.task()));
            assertEquals(-32, guest.call("write", ends[1], guest.text("x"), 1));
            assertTrue(guest.kernel().signals().pending(guest.task()));
        }
    }

    @Test
    void badPointersAreEfaultAndLoseNothing() {
        try (GuestBench guest = new GuestBench()) {
            assertEquals(-14, guest.call("pipe2", GuestBench.BAD, 0));
            int[] ends = pipe(guest, NONBLOCK);
            assertEquals(0, ends[0]);
            assertEquals(-14, guest.call("write", ends[1], GuestBench.BAD, 10));
            assertEquals(-11, guest.call("read", ends[0], guest.space(4), 4));
            guest.call("write", ends[1], guest.text("keep"), 4);
            assertEquals(-14, guest.call("read", ends[0], GuestBench.BAD, 4));
            assertEquals(4, guest.call("read", ends[0], guest.space(4), 4));
            assertEquals(-22, guest.call("pipe2", guest.space(8), 1));
        }
    }

    @Test
    void aWriteThatRunsIntoUnmappedMemoryMovesWhatIsThere() {
        try (GuestBench guest = new GuestBench()) {
            int[] ends = pipe(guest, NONBLOCK);
            long end = GuestBench.DATA + GuestBench.DATA_SIZE;
            assertEquals(6000, guest.call("write", ends[1], end - 6000, 20_000));
            assertEquals(6000, guest.call("read", ends[0], guest.space(20_000), 20_000));
        }
    }
}
