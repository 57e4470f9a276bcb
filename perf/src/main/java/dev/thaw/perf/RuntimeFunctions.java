package dev.thaw.perf;

import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The hello examples of the runtimes, each with what it takes to start such a program natively. */
final class RuntimeFunctions {
    private final Path root;
    private final Native programs;

    /** @param root Thaw's own tree */
    RuntimeFunctions(Path root, Native programs) {
        this.root = root;
        this.programs = programs;
    }

    /**
     * A function and its native counterpart.
     *
     * @param nativeCommand absolute path first
     * @param missing why there is no function here, and what to do about it
     */
    record Pair(String name, Optional<FunctionVersion> function, String nativeName, List<String> nativeCommand, String missing) {}

    List<Pair> all() throws IOException, InterruptedException {
        return List.of(node(), go(), java());
    }

    private Pair node() throws IOException {
        Optional<String> node = onPath("node");
        return pair("Node function", "hello-node", "node -e '0'", node.map(path -> List.of(path, "-e", "0")).orElse(List.of()),
                node.isPresent(), "no node on PATH");
    }

    private Pair go() throws IOException, InterruptedException {
        Path bootstrap = root.resolve("examples/hello-go/bootstrap");
        if (!Files.isExecutable(bootstrap) && onPath("go").isPresent()) {
            Native.output(List.of(root.resolve("examples/hello-go/build.sh").toString()));
        }
        List<String> command = List.of();
        if (onPath("go").isPresent()) {
            Path source = programs.copy("hello.go");
            Path program = source.resolveSibling("hello-go");
            Native.output(List.of("env", "CGO_ENABLED=0", onPath("go").orElseThrow(), "build", "-o", program.toString(), source.toString()));
            command = List.of(program.toString());
        }
        return pair("Go function", "hello-go", "a static Go program that prints JSON", command, Files.isExecutable(bootstrap) && !command.isEmpty(),
                "build it with examples/hello-go/build.sh (Go is needed)");
    }

    private Pair java() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));
        Path source = programs.copy("Hello.java");
        boolean compiles = Files.isExecutable(home.resolve("bin/javac"));
        if (compiles) {
            Native.output(List.of(home.resolve("bin/javac").toString(), "-d", source.getParent().toString(), source.toString()));
        }
        boolean built = Files.isDirectory(root.resolve("examples/hello-java/lib"));
        return pair("Java function", "hello-java", "java Hello",
                List.of(home.resolve("bin/java").toString(), "-cp", source.getParent().toString(), "Hello"), compiles && built,
                "build it with mvn -q package -pl examples/hello-java -am -DskipTests");
    }

    private Pair pair(String name, String example, String nativeName, List<String> command, boolean usable, String missing)
            throws IOException {
        Path home = root.resolve("examples").resolve(example);
        Path manifest = home.resolve("function.yaml");
        if (!usable || !Files.isRegularFile(manifest)) {
            return new Pair(name, Optional.empty(), nativeName, command, missing);
        }
        try {
            FunctionManifest parsed = FunctionManifest.parse(Files.readAllBytes(manifest));
            return new Pair(name, Optional.of(new FunctionVersion(parsed, 1, home)), nativeName, command, missing);
        } catch (ManifestException e) {
            throw new BenchException(manifest + ": " + e.getMessage());
        }
    }

    private static Optional<String> onPath(String program) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }
}
