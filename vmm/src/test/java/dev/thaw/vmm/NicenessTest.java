package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.host.HostThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What of this process gives way to what, as the kernel has it. */
class NicenessTest {
    /** Fields of /proc/PID/stat after the name in parentheses; nice is field 19, proc(5). */
    private static final int NICE_AFTER_NAME = 19 - 3;

    private static int niceOf(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_AFTER_NAME]);
    }

    private static int own() throws IOException {
        return niceOf(Path.of("/proc/self/task", Integer.toString(HostThread.id())));
    }

    private static <T> T onThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task.get();
    }

    @Test
    void aThreadOfFunctionsGivesWayWithTheThreadsItStartsAndOthersDoNot() throws Exception {
        int before = own();

        List<Integer> lowered = onThread(() -> {
            Niceness.ofFunctions();
            return List.of(own(), onThread(NicenessTest::own));
        });

        int expected = Math.max(before, Niceness.FUNCTIONS);
        assertEquals(List.of(expected, expected), lowered);
        assertEquals(before, own());
    }

    @Test
    void theJvmsCompilersGiveWayToFunctions() throws Exception {
        Niceness.ofCompilers();

        List<Integer> compilers = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).contains("CompilerThr")) {
                    compilers.add(niceOf(thread));
                }
            }
        }
        assertTrue(!compilers.isEmpty() && compilers.stream().allMatch(nice -> nice >= Niceness.COMPILERS), compilers::toString);
    }
}
