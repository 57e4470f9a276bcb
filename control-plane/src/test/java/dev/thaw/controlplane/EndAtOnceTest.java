package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that ends while its parts are just beginning. */
class EndAtOnceTest {
    private static final int TIMES = 40;

    /** What was logged as gone wrong. */
    private static final class Complaints extends Handler {
        private final Queue<String> heard = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
                heard.add(line.getMessage() + " " + line.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void aStartThatIsRefusedForWantOfAKeyEndsWithoutAnotherComplaint(@TempDir Path data) {
        Logger all = Logger.getLogger("dev.thaw");
        Complaints complaints = new Complaints();
        all.addHandler(complaints);
        try {
            for (int i = 0; i < TIMES; i++) {
                assertThrows(StartException.class, () -> Server.start(ServerConfig.of(data).listen("0.0.0.0", 0)));
            }
        } finally {
            all.removeHandler(complaints);
        }
        assertEquals(List.of(), List.copyOf(complaints.heard));
    }
}
