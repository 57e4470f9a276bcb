package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java functions with our runtime and the host's JDK, in real VMs. */
class JavaFunctionTest {
    private static final String MANIFEST = "name: jv\nruntime: java25\nhandler: fn.App\nmemory: 256\ntimeout: 60s\n";

    @TempDir Path folder;
    private Functions functions;

    @BeforeEach
    void open() throws Exception {
        try {
            new JdkFinder(System.getenv()).find();
        } catch (PrepareException e) {
            assumeTrue(false, e.getMessage());
        }
        functions = new Functions(folder);
    }

    @AfterEach
    void close() {
        if (functions != null) {
            functions.close();
        }
    }

    /** A class fn.App in the package's classes/, compiled against the SDK. */
    private FunctionVersion app(String manifest, String code) throws Exception {
        FunctionVersion version = functions.of(manifest);
        Path source = Files.createDirectories(folder.resolve("src/fn")).resolve("App.java");
        Files.writeString(source, "package fn;\nimport dev.thaw.sdk.*;\nimport java.util.*;\n" + code);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "needs a JDK that brings its compiler");
        List<String> options = new ArrayList<>(List.of("-proc:none", "-cp", sdk().toString(), "-d",
                Files.createDirectories(version.packageFolder().resolve("classes")).toString(), source.toString()));
        assertEquals(0, compiler.run(null, null, null, options.toArray(String[]::new)));
        return version;
    }

    private FunctionVersion app(String code) throws Exception {
        return app(MANIFEST, code);
    }

    private static Path sdk() throws IOException, URISyntaxException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.contains("function-sdk")) {
                return Path.of(entry);
            }
        }
        throw new IOException("no function-sdk on the class path");
    }

    @Test
    void answersFromTheFrozenState() throws Exception {
        FunctionVersion version = app("""
                public class App implements Handler<String, String> {
                    static int count;
                    final List<String> made = new ArrayList<>(List.of("made"));
                    public String handle(String event, Context context) throws Exception {
                        System.out.println("got " + event);
                        context.logger().log(System.Logger.Level.INFO, "at work");
                        Thread thread = new Thread(() -> made.add("thread"));
                        thread.start();
                        thread.join();
                        return ++count + " " + made + " " + context.functionName() + " " + context.memoryLimitMb() + " "
                            + (context.remaining().toSeconds() > 5) + " " + (Math.abs(System.currentTimeMillis() - Long.parseLong(event)) < 60_000);
                    }
                }
                """);
        functions.invoker.prepare(version);
        for (int i = 0; i < 3; i++) {
            assertEquals("1 [made, thread] jv 256 true true", functions.answer(version, Long.toString(System.currentTimeMillis())));
        }
        assertEquals(3, functions.lines.stream().filter(line -> line.contains(" got ")).count(), functions.lines.toString());
        assertTrue(functions.lines.stream().anyMatch(line -> line.contains("[INFO]\t") && line.endsWith("\tat work")), functions.lines.toString());
    }

    @Test
    void nothingRandomIsSeenTwice() throws Exception {
        FunctionVersion version = app("""
                public class App implements Handler<String, String> {
                    final java.security.SecureRandom secure = new java.security.SecureRandom();
                    { Math.random(); UUID.randomUUID(); secure.nextLong(); java.util.concurrent.ThreadLocalRandom.current().nextLong(); }
                    public String handle(String event, Context context) throws Exception {
                        return Math.random() + " " + UUID.randomUUID() + " " + secure.nextLong() + " " + new Random().nextLong()
                            + " " + new SplittableRandom().nextLong() + " " + java.util.concurrent.ThreadLocalRandom.current().nextLong()
                            + " " + java.nio.file.Files.createTempFile("a", "b");
                    }
                }
                """);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 15; i++) {
            for (String word : functions.answer(version, "{}").split(" ")) {
                assertTrue(seen.add(word), word + " was seen before");
            }
        }
    }

    @Test
    void runsTheHooksAroundTheSnapshotAndTheRehearsalsBefore() throws Exception {
        FunctionVersion version = app("""
                public class App implements Handler<String, String>, SnapshotHooks, Rehearsed {
                    String seen = "";
                    int rehearsed;
                    public List<String> rehearsals() { return List.of("again"); }
                    public void beforeFreeze() { seen += "before " + (rehearsed > 1) + " "; }
                    public void afterThaw() { seen += "after " + (System.currentTimeMillis() > 0) + " "; }
                    public String handle(String event, Context context) {
                        rehearsed += event.equals("again") ? 1 : 0;
                        return seen;
                    }
                }
                """);
        for (int i = 0; i < 2; i++) {
            assertEquals("before true after true ", functions.answer(version, "{}"));
        }
    }

    @Test
    void reportsWhatAFunctionThrows() throws Exception {
        FunctionVersion version = app("""
                public class App implements Handler<String, String> {
                    public String handle(String event, Context context) {
                        return switch (event) {
                            case "null" -> { Object nothing = event.isEmpty() ? event : null; yield nothing.toString(); }
                            case "deep" -> handle(event, context) + 1;
                            case "heap" -> { List<byte[]> all = new ArrayList<>(); while (true) { all.add(new byte[1 << 20]); } }
                            case "zero" -> "" + 1 / (event.length() - 4);
                            case String other -> { System.exit(3); yield other; }
                        };
                    }
                }
                """);
        assertEquals("java.lang.NullPointerException", functions.error(version, "null").errorType());
        assertEquals("java.lang.StackOverflowError", functions.error(version, "deep").errorType());
        assertEquals("java.lang.OutOfMemoryError", functions.error(version, "heap").errorType());
        assertEquals("java.lang.ArithmeticException", functions.error(version, "zero").errorType());
        assertEquals("Runtime.ExitError", functions.error(version, "exit").errorType());
    }

    @Test
    void collectsGarbageInLittleMemory() throws Exception {
        FunctionVersion version = app(MANIFEST.replace("256", "128"), """
                public class App implements Handler<String, String> {
                    public String handle(String event, Context context) {
                        Map<Integer, byte[]> kept = new HashMap<>();
                        long sum = 0;
                        for (int i = 0; i < 20_000; i++) {
                            kept.put(i % 500, new byte[20_000]);
                            sum += kept.get(i % 500).length;
                        }
                        return sum + " " + kept.size();
                    }
                }
                """);
        assertEquals("400000000 500", functions.answer(version, "{}"));
    }

    @Test
    void goesOnFromTheMiddleOfOtherThreadsWork() throws Exception {
        FunctionVersion version = app("""
                public class App implements Handler<String, String> {
                    volatile long rounds;
                    volatile String wrong = "";
                    public App() throws Exception {
                        for (int i = 0; i < 3; i++) {
                            Thread churn = new Thread(this::churn);
                            churn.setDaemon(true);
                            churn.start();
                        }
                        while (rounds < 200) { Thread.sleep(1); }
                    }
                    void churn() {
                        byte[][] kept = new byte[64][];
                        for (int i = 0; ; i++) {
                            byte[] fresh = new byte[10_000 + i % 1000];
                            Arrays.fill(fresh, (byte) i);
                            byte[] old = kept[i % 64];
                            if (old != null && (old[0] != (byte) (i - 64) || old[old.length - 1] != old[0])) { wrong = "round " + i; }
                            kept[i % 64] = fresh;
                            synchronized (this) { rounds++; notifyAll(); }
                        }
                    }
                    public synchronized String handle(String event, Context context) throws Exception {
                        long before = rounds;
                        while (rounds < before + 500) { wait(); }
                        return "went on" + wrong;
                    }
                }
                """);
        for (int i = 0; i < 40; i++) {
            assertEquals("went on", functions.answer(version, "{}"));
        }
    }

    @Test
    void saysWhatIsWrongWithAHandler() throws Exception {
        assertInit(app("public class App { }\n"), "Runtime.HandlerNotFound", "class fn.App implements none of dev.thaw.sdk.Handler");
        assertInit(app("public class App implements Handler<Map<String, String>, String> { public String handle(Map<String, String> a, Context c) { return null; } }\n"),
                "Runtime.HandlerTypes", "add com.fasterxml.jackson.core:jackson-databind");
        assertInit(app("public class App implements Handler<String, String> { static final int X = Integer.parseInt(\"x\");"
                + " public String handle(String a, Context c) { return null; } }\n"), "java.lang.NumberFormatException", "For input string: \"x\"");
        assertInit(app(MANIFEST.replace("fn.App", "fn.Other"), "class App { }\n"), "Runtime.ImportModuleError",
                "class fn.Other is in none of the package's jars");
    }

    private void assertInit(FunctionVersion version, String type, String message) {
        PrepareException failed = assertThrows(PrepareException.class, () -> functions.invoker.prepare(version));
        assertEquals(type, failed.errorType(), failed.errorMessage());
        assertTrue(failed.errorMessage().contains(message), failed.errorMessage());
    }
}
