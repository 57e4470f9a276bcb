package dev.thaw.sdk.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The JVM's own random state, in a JVM with the options that the java25 runtime gives. */
class JvmFreezePointTest {
    /** Prints what each generator gives after its state was put back to a known one and seeded anew. */
    public static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            JvmFreezePoint point = new JvmFreezePoint();
            point.settle();
            System.out.println(point.reseeded());
            for (int i = 0; i < 2; i++) {
                point.reseed();
                System.out.println(Math.random() + " " + ThreadLocalRandom.current().nextLong() + " " + new Random().nextLong()
                        + " " + new SplittableRandom().nextLong());
            }
        }
    }

    private static List<String> run(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().toList();
    }

    @Test
    void seedsAllThatTheJvmHolds() throws Exception {
        List<String> lines = run(List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED"));
        assertEquals("5", lines.getFirst(), lines.toString());
        assertEquals(8, new HashSet<>(List.of(String.join(" ", lines.subList(1, 3)).split(" "))).size(), lines.toString());
    }

    @Test
    void goesWithoutWhereTheJvmIsClosed() throws Exception {
        List<String> lines = run(List.of());
        assertEquals("0", lines.getFirst(), lines.toString());
        assertTrue(lines.size() == 3, lines.toString());
    }
}
