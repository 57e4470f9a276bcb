package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** npm's packages for a test's folder. */
final class Npm {
    private Npm() {}

    /** Installs a package; skips the test where that cannot be: no npm, no registry. */
    static void install(Path folder, String what) throws InterruptedException, IOException {
        Path said = folder.resolve("npm.said");
        try {
            Process process = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", what).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(said.toFile()).start();
            boolean ended = process.waitFor(90, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            assumeTrue(ended && process.exitValue() == 0, "npm install does not work here: " + Files.readString(said));
        } catch (IOException e) {
            assumeTrue(false, "npm is not installed");
        }
    }
}
