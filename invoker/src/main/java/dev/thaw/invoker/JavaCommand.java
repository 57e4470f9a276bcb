package dev.thaw.invoker;

import dev.thaw.invoker.contract.Contract;
import dev.thaw.wasm.WasmConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line of a Java function's VM: options for a JVM that is frozen young, and the package's class path. */
final class JavaCommand {
    /** The variable that JVMs take options from; its value goes behind our options, so that it wins and nothing is said about it. */
    static final String OPTIONS = "JAVA_TOOL_OPTIONS";
    /** mallopt(3), glibc: one heap that grows in large steps, not one a thread which grows by pages. */
    static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1", "MALLOC_TOP_PAD_", "1048576",
            "MALLOC_TRIM_THRESHOLD_", "1073741824", "MALLOC_MMAP_THRESHOLD_", "4194304");
    private static final String MAIN = "dev.thaw.sdk.runtime.Main";
    /** Of a JVM beside its heap, MiB: classes, code, stacks, the library itself. */
    private static final int BESIDE_HEAP_MB = 64;
    /** Linux takes no longer argument, MAX_ARG_STRLEN in include/uapi/linux/binfmts.h. */
    private static final int MOST_CLASS_PATH = (128 << 10) - 1;

    /**
     * A VM answers one event in most cases, so what is compiled after the thaw is lost with it: the quick compiler alone, one thread of
     * it. One collector thread, no shared memory for jps, no listener for jcmd. The packages are opened to the runtime loop, which seeds
     * the JVM's own random state anew after a thaw.
     */
    private static final List<String> YOUNG = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:CICompilerCount=1",
            "-XX:-UsePerfData", "-XX:+DisableAttachMechanism", "-XX:ReservedCodeCacheSize=48m", "-Xshare:auto", "-Xss512k",
            "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED");

    private JavaCommand() {}

    static List<String> of(String java, FunctionVersion version, String taskRoot, String runtimeRoot) throws PrepareException, IOException {
        FunctionManifest manifest = version.manifest();
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(YOUNG);
        command.add("-Xmx" + heapMb(manifest.memoryMb()) + "m");
        command.addAll(more(manifest));
        command.add("-cp");
        command.add(classPath(version, taskRoot, runtimeRoot));
        command.add(MAIN);
        return command;
    }

    private static List<String> more(FunctionManifest manifest) {
        String more = manifest.environment().getOrDefault(OPTIONS, "").strip();
        return more.isEmpty() ? List.of() : List.of(more.split("\\s+"));
    }

    /**
     * Of a VM that runs a WebAssembly module: half of the heap is the module's, the rest for its code and its streams.
     *
     * <p>The quick compiler alone here, too, though compute-heavy modules would run twice as fast by the other: its code is there sooner.
     * Measured on two cores of a virtual Intel Xeon, each request in a VM rolled back to a snapshot with cold code, with 512 MB, quick
     * compiler, both in tiers, and the optimising one alone: a small JSON function 8.4, 15 and 17 ms p50; making a VM 1 to 3, 3 to 5 and 12
     * to 19 ms; memory of an idle VM 3.5, 5.6 and 4.5 MB; SHA-256 of 64 KB once 13, 25 and 120 ms, 20 times 50, 343 and 728 ms, 200 times
     * 938 and 868 ms, 1,500 times 3.6 and 1.6 s; parsing 36 KB of JSON once 24, 41 and 66 ms, 20 times 115, 250 and 971 ms, 200 times 347
     * and 892 ms. So who computes for more than a second in a request gains by {@code JAVA_TOOL_OPTIONS: -XX:TieredStopAtLevel=4} in the
     * manifest's {@code env}, and nobody else. Compiling the module's methods fifty times sooner (CompileThresholdScaling) gained nothing
     * that repeated.
     */
    static List<String> ofModule(String java, FunctionManifest manifest, String taskRoot, String runtimeRoot) {
        int heapMb = heapMb(manifest.memoryMb());
        int pages = Math.min(heapMb / 2 * ModuleSource.PAGES_A_MB, WasmConfig.MAX_MEMORY_PAGES);
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(YOUNG);
        command.add("-Xmx" + heapMb + "m");
        command.addAll(more(manifest));
        command.addAll(List.of("-cp", WasmRuntimeFiles.classPath(runtimeRoot), dev.thaw.wasm.guest.Main.class.getName(), taskRoot,
                manifest.handler(), Integer.toString(pages), Integer.toString(Contract.MAX_RESPONSE)));
        command.addAll(manifest.command());
        return command;
    }

    /** What a JVM with so much memory for all may give its heap, MiB. */
    static int heapMb(int memoryMb) {
        return Math.max(16, (memoryMb - BESIDE_HEAP_MB) * 3 / 4);
    }

    /** The package's before the platform's, so that a package may bring an SDK of its own. */
    private static String classPath(FunctionVersion version, String taskRoot, String runtimeRoot) throws PrepareException, IOException {
        Path folder = version.packageFolder();
        List<String> entries = new ArrayList<>();
        if (Files.isDirectory(folder.resolve("classes"))) {
            entries.add(taskRoot + "/classes");
        }
        addJars(folder, taskRoot, entries);
        addJars(folder.resolve("lib"), taskRoot + "/lib", entries);
        entries.add(taskRoot);
        entries.add(runtimeRoot + "/" + JavaRuntimeFiles.JAR);
        String path = String.join(":", entries);
        if (path.length() > MOST_CLASS_PATH) {
            String message = "the package has " + entries.size() + " jars, more than a command line takes: pack them into one (maven-shade-plugin)";
            throw new PrepareException(PrepareException.Kind.INIT_FAILED, "Runtime.ClassPathTooLong", message,
                    ErrorJson.of("Runtime.ClassPathTooLong", message), List.of());
        }
        return path;
    }

    private static void addJars(Path folder, String guestFolder, List<String> entries) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            jars.forEach(jar -> names.add(jar.getFileName().toString()));
        }
        names.stream().sorted().forEach(name -> entries.add(guestFolder + "/" + name));
    }
}
