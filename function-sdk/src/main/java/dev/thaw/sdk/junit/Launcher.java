package dev.thaw.sdk.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** Finds the {@code thaw} command: THAW_LAUNCHER, PATH, the checkout that holds the current folder. */
final class Launcher {
    private Launcher() {}

    /** Skips the test when there is none, or one that would have to build first. */
    static Path find() {
        Path launcher = look();
        Path root = real(launcher).getParent();
        if (Files.exists(root.resolve("deploy/pom.xml")) && !Files.exists(root.resolve("deploy/target/launch/stamp"))) {
            throw new TestAbortedException(launcher + " is not built yet, so the function is not tested in a VM: run '" + launcher + " version' once");
        }
        return launcher;
    }

    /** A link to the command leads to its checkout. */
    private static Path real(Path launcher) {
        try {
            return launcher.toRealPath();
        } catch (IOException e) {
            throw new TestAbortedException(launcher + " cannot be read: " + e.getMessage());
        }
    }

    private static Path look() {
        String wanted = System.getenv().getOrDefault("THAW_LAUNCHER", "");
        if (!wanted.isEmpty()) {
            if (Files.isExecutable(Path.of(wanted))) {
                return Path.of(wanted);
            }
            throw new TestAbortedException("THAW_LAUNCHER is " + wanted + ", which is not an executable file");
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("thaw")) && Files.exists(folder.resolve("deploy/pom.xml"))) {
                return folder.resolve("thaw");
            }
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, "thaw"))) {
                return Path.of(folder, "thaw");
            }
        }
        throw new TestAbortedException("no thaw command in a checkout around " + Path.of("").toAbsolutePath()
                + " or on PATH, so the function is not tested in a VM; THAW_LAUNCHER may name one");
    }
}
