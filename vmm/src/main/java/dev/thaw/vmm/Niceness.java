package dev.thaw.vmm;

import dev.thaw.vmm.host.HostThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Who gives way on the host's processors, so that a function that computes does not hold up the threads that take requests in, hand them
 * on and answer them: those stay at niceness 0, functions' code is nicer, and the JVM's compilers are nicer still. On idle processors
 * nobody notices; on busy ones Linux lets a thread that wakes up run the sooner the less nice it is (sched(7), nice(2)).
 *
 * <p>Measured with a function flooded at ten times its limit on two cores ({@code thaw bench flood}): the p99 of another function's requests
 * was 2.1 times that without the flood when all were equal, 1.1 to 1.7 times with this.
 */
public final class Niceness {
    /** Of threads that run functions' code: a third of the weight of niceness 0. */
    static final int FUNCTIONS = 5;
    /** Of the JVM's compilers, which want seconds of a processor while a server is young: a tenth of the weight. */
    static final int COMPILERS = 10;

    private static final Path THREADS = Path.of("/proc/self/task");

    private Niceness() {}

    /** The calling thread runs functions' code from now on, and so do the threads that it starts. There is no way back without privileges. */
    public static void ofFunctions() {
        HostThread.nice(HostThread.id(), FUNCTIONS);
    }

    /** For the compiler threads of this JVM, and those that they start later. Threads are found by HotSpot's names; where there are none, nothing happens. */
    public static void ofCompilers() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                if (isCompiler(thread)) {
                    HostThread.nice(Integer.parseInt(thread.getFileName().toString()), COMPILERS);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new UncheckedIOException("the threads of this process cannot be listed in " + THREADS, e instanceof IOException io ? io : new IOException(e));
        }
    }

    /** The kernel keeps 15 bytes of a thread's name, proc(5). */
    private static boolean isCompiler(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("comm")).matches("C[12] CompilerThr.*\\n?");
        } catch (NoSuchFileException _) {
            return false; // it has just ended
        }
    }
}
