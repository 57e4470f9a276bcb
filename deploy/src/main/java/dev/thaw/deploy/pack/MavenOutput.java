package dev.thaw.deploy.pack;

import dev.thaw.invoker.JavaPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The classes that Maven made, which go into a Java function's package though {@code target/} does not: {@code target/classes} as
 * {@code classes}, the jars it depends on as {@code lib/*.jar}. A project that puts jars or classes into the package itself keeps them.
 */
public final class MavenOutput {
    /** The folder below {@code target} where the build collects the jars. */
    public static final String LIBRARIES = "thaw-lib";

    private MavenOutput() {}

    /** The project's classes, if the package has to take them from {@code target}. */
    static Optional<Path> classes(Path folder) {
        Path classes = folder.resolve("target/classes");
        return Files.isRegularFile(folder.resolve("pom.xml")) && Files.isDirectory(classes) && !JavaPackages.holdClasses(folder)
                ? Optional.of(classes) : Optional.empty();
    }

    /** Adds what Maven made to what is packed, and takes the rest of {@code target} out of it. */
    static void add(Path folder, SortedMap<String, Path> contents) throws IOException {
        Optional<Path> classes = classes(folder);
        if (classes.isEmpty()) {
            return;
        }
        contents.keySet().removeIf(path -> path.equals("target") || path.startsWith("target/"));
        addTree(classes.get(), "classes", contents);
        Path libraries = folder.resolve("target").resolve(LIBRARIES);
        if (Files.isDirectory(libraries)) {
            addTree(libraries, "lib", contents);
        }
    }

    private static void addTree(Path from, String as, SortedMap<String, Path> contents) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(path -> contents.put(path.equals(from) ? as : as + "/" + from.relativize(path), path));
        }
    }
}
