package dev.thaw.invoker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a package for runtime {@code java25} holds: {@code classes/}, {@code *.jar} and {@code lib/*.jar}, in this order on the class path. */
public final class JavaPackages {
    private JavaPackages() {}

    /** Whether there is anything in the folder that classes could be loaded from. */
    public static boolean holdClasses(Path folder) {
        return Files.isDirectory(folder.resolve("classes")) || hasJar(folder) || hasJar(folder.resolve("lib"));
    }

    private static boolean hasJar(Path folder) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            return jars.iterator().hasNext();
        } catch (IOException e) {
            return false; // there is no such folder
        }
    }
}
