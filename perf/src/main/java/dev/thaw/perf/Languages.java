package dev.thaw.perf;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the benchmark's functions: those of {@code examples} as they stand, and the smallest in C and Python. */
final class Languages {
    private final Workshop shop;
    private final Collector found;

    Languages(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    /** Those that this machine has the tools for; the others are noted as missing. */
    List<Language> all() throws IOException, InterruptedException {
        List<Language> all = new ArrayList<>(List.of(c(), python()));
        node().ifPresent(all::add);
        java().ifPresent(all::add);
        go().ifPresent(all::add);
        return all;
    }

    Language c() throws IOException, InterruptedException {
        Path home = Files.createDirectories(shop.folder().resolve("package-c"));
        Path program = home.resolve("hello");
        if (!Files.exists(program)) {
            Files.move(shop.programs().compile("hello.c", "-static"), program);
        }
        return new Language("c", "C", home, List.of("runtime: stdio", "command: ./hello", "memory: 16"), "its program",
                List.of(program.toString()), List.of(program.toString()));
    }

    Language python() throws IOException, InterruptedException {
        Path home = Files.createDirectories(shop.folder().resolve("package-python"));
        if (!Files.exists(home.resolve("app.py"))) {
            Files.move(shop.programs().copy("app.py"), home.resolve("app.py"));
        }
        String python = realPython();
        String program = shop.programs().copy("hello.py").toString();
        return new Language("python", "Python", home, List.of("runtime: python3", "handler: app.handler", "memory: 128"),
                "python3 -c 'import json, http.client'", List.of(python, "-c", "import json, http.client"), List.of(python, program));
    }

    private Optional<Language> node() throws IOException {
        Optional<String> node = onPath("node");
        if (node.isEmpty()) {
            return missing("Node", "there is no node on PATH: apt install nodejs (20 or newer)");
        }
        return Optional.of(example("node", "Node", "hello-node", "node -e '0'", List.of(node.get(), "-e", "0")));
    }

    private Optional<Language> java() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));
        if (!Files.isExecutable(home.resolve("bin/javac"))) {
            return missing("Java", home + " is no JDK: it has no bin/javac");
        }
        Path hello = shop.programs().copy("Hello.java");
        Native.output(List.of(home.resolve("bin/javac").toString(), "-d", shop.folder().toString(), hello.toString()));
        Path source = shop.root().resolve("examples/hello-java/src/main/java");
        if (!Files.isDirectory(source)) {
            return missing("Java", source + " is not there");
        }
        Path packaged = shop.folder().resolve("package-java");
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/javac").toString(), "-cp", System.getProperty("java.class.path"),
                "-proc:none", "-d", packaged.resolve("classes").toString()));
        try (Stream<Path> files = Files.walk(source)) {
            files.filter(file -> file.toString().endsWith(".java")).map(Path::toString).forEach(command::add);
        }
        Native.output(command, Path.of("").toAbsolutePath()); // the class path may be relative
        Path libraries = Files.createDirectories(packaged.resolve("lib"));
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path file = Path.of(jar);
            if (file.getFileName().toString().matches("jackson-(core|databind|annotations)-2\\.[0-9.]*\\.jar")) {
                Files.copy(file, libraries.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return Optional.of(new Language("java", "Java", packaged, manifest("hello-java"), "java Hello",
                List.of(home.resolve("bin/java").toString(), "-cp", shop.folder().toString(), "Hello"), List.of()));
    }

    private Optional<Language> go() throws IOException, InterruptedException {
        Optional<String> go = onPath("go");
        if (go.isEmpty()) {
            return missing("Go", "there is no go on PATH: apt install golang-go");
        }
        Path source = shop.programs().copy("hello.go");
        Path program = shop.folder().resolve("hello-go");
        Native.output(List.of("env", "CGO_ENABLED=0", "GOTOOLCHAIN=local", go.get(), "build", "-o", program.toString(), source.toString()));
        Path packaged = Files.createDirectories(shop.folder().resolve("package-go"));
        Native.output(List.of("env", "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOTOOLCHAIN=local", go.get(), "build", "-trimpath", "-ldflags", "-s -w",
                "-o", packaged.resolve("bootstrap").toString(), "."), shop.root().resolve("examples/hello-go"));
        return Optional.of(new Language("go", "Go", packaged, manifest("hello-go"), "a static Go program that prints JSON",
                List.of(program.toString()), List.of()));
    }

    private Language example(String id, String name, String example, String nativeName, List<String> command) throws IOException {
        return new Language(id, name, shop.root().resolve("examples").resolve(example), manifest(example), nativeName, command, List.of());
    }

    private List<String> manifest(String example) throws IOException {
        return Files.readAllLines(shop.root().resolve("examples").resolve(example).resolve("function.yaml"), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("name:") && !line.startsWith("isolation:")).toList();
    }

    private Optional<Language> missing(String what, String why) {
        found.missing(what, why);
        return Optional.empty();
    }

    /** The interpreter itself, not a shim in front of it that would be counted along. */
    private static String realPython() throws IOException, InterruptedException {
        Path system = Path.of("/usr/bin/python3");
        if (Files.isExecutable(system)) {
            return system.toString();
        }
        return Native.output(List.of("python3", "-c", "import sys; print(sys.executable)")).strip();
    }

    static Optional<String> onPath(String program) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }
}
