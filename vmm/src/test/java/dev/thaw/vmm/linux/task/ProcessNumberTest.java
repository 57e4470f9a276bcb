package dev.thaw.vmm.linux.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.thaw.vmm.linux.GuestBench;
import org.junit.jupiter.api.Test;

/** A thaw is to a program what a fork is: its number is another, so that what keeps random state in memory begins anew. */
class ProcessNumberTest {
    @Test
    void aThawedProcessHasAnotherNumberAndAnswersToBoth() {
        try (GuestBench guest = new GuestBench()) {
            assertEquals(1, guest.call("getpid"));
            assertEquals(1, guest.call("gettid"));
            try (GuestBench thawed = guest.thaw()) {
                long pid = thawed.call("getpid");
                assertNotEquals(1, pid);
                assertEquals(pid, thawed.call("gettid"));
                for (long mine : new long[] {1, pid}) {
                    assertEquals(0, thawed.call("kill", mine, 0));
                    assertEquals(0, thawed.call("tgkill", pid, mine, 0));
                    assertEquals(0, thawed.call("tgkill", 1, mine, 0));
                    assertEquals(thawed.call("getsid", 0), thawed.call("getsid", mine));
                    assertEquals(0, thawed.call("readlink", thawed.text("/proc/" + mine + "/cwd\0"), thawed.space(64), 64) - 1);
                }
                assertEquals(-3, thawed.call("kill", 2, 0));
                assertEquals(-3, thawed.call("tgkill", 2, 1, 0));
                try (GuestBench again = thawed.thaw()) {
                    assertNotEquals(pid, again.call("getpid"));
                    assertEquals(-3, again.call("kill", pid, 0));
                    assertEquals(0, again.call("kill", 1, 0));
                }
            }
        }
    }
}
