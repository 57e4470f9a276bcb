package dev.thaw.sdk.junit;

import dev.thaw.sdk.Handler;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Puts a package together from what the test runs with, so that nothing has to be built first. */
final class FunctionPackage {
    private static final Pattern NAME = Pattern.compile("(?m)^name:\\s*[\"']?([a-zA-Z0-9_-]+)");
    /** Jars of the test's, not of the function's. */
    private static final Pattern TESTS = Pattern.compile(".*/(junit-|opentest4j|apiguardian|jspecify|surefire|assertj|mockito|hamcrest)[^/]*\\.jar");

    private FunctionPackage() {}

    /** Manifest, classes and lib of the function; its name. */
    static String write(Class<?> handler, Path manifest, Path folder) throws IOException {
        String yaml = Files.readString(manifest);
        Matcher name = NAME.matcher(yaml);
        if (!name.find()) {
            throw new AssertionError(manifest.toAbsolutePath() + " has no field 'name'");
        }
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("function.yaml"), yaml);
        // The SDK that the test was compiled with goes along: the platform's may be of another version.
        for (Path code : new LinkedHashSet<>(List.of(source(handler), source(Handler.class)))) {
            if (Files.isDirectory(code)) {
                copy(code, folder.resolve("classes"));
            }
        }
        int number = 0;
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar") && Files.isRegularFile(jar) && !TESTS.matcher(entry).matches()) {
                Files.copy(jar, folder.resolve("lib").resolve("%03d-%s".formatted(number++, jar.getFileName())));
            }
        }
        return name.group(1);
    }

    private static Path source(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError("class " + type.getName() + " is in no file", e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path each : all) {
            Path copy = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(copy);
            } else if (!Files.exists(copy)) {
                Files.copy(each, copy);
            }
        }
    }
}
