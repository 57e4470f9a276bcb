package dev.thaw.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A function in one language, with what its answer costs by other means.
 *
 * @param id short: c, python
 * @param packaged the package's files, without a manifest
 * @param manifest its lines but for name and isolation
 * @param nativeName what is started natively
 * @param nativeCommand absolute path first
 * @param probeCommand a program that reads an event and answers, for the C probe; empty where the probe cannot run one
 */
record Language(String id, String name, Path packaged, List<String> manifest, String nativeName, List<String> nativeCommand,
        List<String> probeCommand) {
    /** A folder to deploy under another name and isolation. */
    Path variant(Path folder, String function, String isolation) throws IOException {
        Path target = folder.resolve(function);
        try (Stream<Path> files = Files.walk(packaged)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(packaged.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Files.write(target.resolve("function.yaml"), ("name: " + function + "\nisolation: " + isolation + "\n"
                + String.join("\n", manifest) + "\n").getBytes(StandardCharsets.UTF_8));
        return target;
    }
}
