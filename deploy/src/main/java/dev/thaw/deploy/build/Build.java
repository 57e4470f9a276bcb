package dev.thaw.deploy.build;

import dev.thaw.deploy.Progress;
import dev.thaw.deploy.Terminal;
import dev.thaw.deploy.pack.FunctionFolder;
import dev.thaw.deploy.pack.PackageException;
import dev.thaw.invoker.FunctionManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a function's folder is made ready to be packed: by what its manifest's {@code build} says, else by its {@code build.sh}, its
 * {@code pom.xml} (java25), {@code package.json} (nodejs, http), {@code go.mod} or {@code Makefile}. A build changes nothing of a project
 * but what its own tools write.
 *
 * @param tool for messages
 * @param steps in order
 * @param upToDate whether there is nothing to do
 * @param finished a file to write when all steps have ended well, for the next {@code upToDate}
 */
public record Build(String tool, List<BuildStep> steps, boolean upToDate, Optional<Path> finished) {
    private static final String INSTALL_MAKE = "apt install make";

    /** The build of a folder; empty when there is nothing to build. */
    public static Optional<Build> of(FunctionFolder function) throws IOException, PackageException {
        Path folder = function.folder();
        FunctionManifest manifest = function.manifest();
        if (!manifest.build().isEmpty()) {
            return Optional.of(always("the manifest's build", new BuildStep(manifest.build(), folder, Map.of(),
                    "install it, or correct field 'build' in " + FunctionFolder.MANIFEST)));
        }
        Optional<Path> product = function.program();
        Path script = folder.resolve("build.sh");
        if (Files.isExecutable(script) && product.isPresent()) {
            return Optional.of(made("build.sh", folder, product.get(), new BuildStep(List.of("./build.sh"), folder, Map.of(), "chmod +x build.sh")));
        }
        return switch (manifest.runtime()) {
            case JAVA25 -> Files.isRegularFile(folder.resolve("pom.xml")) ? Optional.of(Maven.build(folder)) : Optional.empty();
            case NODEJS -> Npm.build(folder);
            case HTTP, PROVIDED, STDIO, WASI -> {
                if (product.isPresent() && Files.isRegularFile(folder.resolve("go.mod"))) {
                    yield Optional.of(made("Go", folder, product.get(), go(folder, product.get())));
                }
                if (product.isPresent() && Files.isRegularFile(folder.resolve("Makefile"))) {
                    yield Optional.of(made("make", folder, product.get(), new BuildStep(List.of("make", "-s"), folder, Map.of(), INSTALL_MAKE)));
                }
                yield Npm.build(folder);
            }
            case PYTHON3 -> Optional.empty();
        };
    }

    static Build always(String tool, BuildStep... steps) {
        return new Build(tool, List.of(steps), false, Optional.empty());
    }

    private static Build made(String tool, Path folder, Path product, BuildStep step) throws IOException {
        return new Build(tool, List.of(step), Sources.older(folder, product), Optional.empty());
    }

    /** A static program; what the user's environment says of these settings counts for less than that it runs in a VM. */
    private static BuildStep go(Path folder, Path product) {
        return new BuildStep(List.of("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", folder.relativize(product).toString(), "."), folder,
                Map.of("CGO_ENABLED", "0", "GOOS", "linux", "GOARCH", "amd64"), "apt install golang-go, or https://go.dev/dl");
    }

    /** Runs it, unless it is up to date. Fails with a {@code Failure} that shows the command line and the end of its output. */
    public void run(Terminal terminal) throws IOException {
        if (upToDate) {
            return;
        }
        try (Progress progress = Progress.of(terminal, "building with " + tool)) {
            steps.forEach(BuildStep::run);
        }
        if (finished.isPresent()) {
            Files.createDirectories(finished.get().getParent());
            Files.writeString(finished.get(), "");
        }
    }

    /** Whether a file of the folder, by its relative path, is nothing that this build reads. */
    public static boolean isMade(FunctionFolder function, Path relative) {
        return Sources.isMade(relative) || function.program().map(product -> product.equals(function.folder().resolve(relative))).orElse(false);
    }
}
