package dev.thaw.deploy.build;

import dev.thaw.deploy.pack.MavenOutput;
import dev.thaw.deploy.pack.PackageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Builds with Maven: the project's classes, and the jars that it depends on, collected in its {@code target} folder. A module of a larger
 * build is built from that build's root, with the modules that it depends on.
 */
final class Maven {
    private static final String INSTALL = "apt install maven, or sdk install maven";
    /** The goal by its full name, so that a pom need not know the plugin; the version is that of Thaw's own build. */
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";
    private static final Pattern PARENT = Pattern.compile("<parent>(.*?)</parent>", Pattern.DOTALL);
    private static final Pattern RELATIVE = Pattern.compile("<relativePath>\\s*([^<]*?)\\s*</relativePath>");
    private static final int MOST_PARENTS = 16;

    private Maven() {}

    static Build build(Path folder) throws IOException, PackageException {
        Path root = root(folder);
        List<String> words = new ArrayList<>(List.of("mvn", "-q", "-B", "-DskipTests"));
        if (!root.equals(folder)) {
            words.addAll(List.of("-pl", root.relativize(folder).toString(), "-am"));
        }
        words.addAll(List.of("package", COPY, "-DincludeScope=runtime",
                "-DoutputDirectory=target/" + MavenOutput.LIBRARIES));
        Path finished = folder.resolve("target").resolve("thaw-build");
        return new Build("Maven", List.of(new BuildStep(words, root, environment(), INSTALL)), isUpToDate(folder, root, finished), Optional.of(finished));
    }

    /** Maven is to compile with the Java that functions run on: this process's, when it is a whole JDK. */
    private static Map<String, String> environment() {
        Path java = Path.of(System.getProperty("java.home"));
        return Files.isExecutable(java.resolve("bin/javac")) ? Map.of("JAVA_HOME", java.toString()) : Map.of();
    }

    /** The folder of the outermost parent that is on disk and lists modules. */
    private static Path root(Path folder) throws IOException {
        Path at = folder;
        for (int i = 0; i < MOST_PARENTS; i++) {
            Matcher parent = PARENT.matcher(Files.readString(at.resolve("pom.xml")));
            if (!parent.find()) {
                return at;
            }
            Matcher relative = RELATIVE.matcher(parent.group(1));
            String path = relative.find() ? relative.group(1) : parent.group(1).contains("<relativePath/>") ? "" : "..";
            Path pom = path.isEmpty() ? at : at.resolve(path).normalize();
            Path next = Files.isDirectory(pom) ? pom : pom.getParent();
            if (path.isEmpty() || !Files.isRegularFile(next.resolve("pom.xml")) || !Files.readString(next.resolve("pom.xml")).contains("<module>")
                    || !folder.startsWith(next)) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static boolean isUpToDate(Path folder, Path root, Path finished) throws IOException {
        if (Sources.older(root, finished)) {
            return true;
        }
        // built by hand, by a pom that puts the jars into the package itself
        if (Files.isDirectory(folder.resolve("lib"))) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder.resolve("lib"), "*.jar")) {
                for (Path jar : jars) {
                    if (Sources.older(folder, jar)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
