package dev.thaw.invoker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Our Java runtime, the SDK's classes, as a jar in a folder that guests see as /var/runtime. */
final class JavaRuntimeFiles {
    static final String JAR = "thaw-function-sdk.jar";
    private JavaRuntimeFiles() {}

    /** The folder, named by its content: another version of Thaw makes another one, and a snapshot's own stays as it is. */
    static Path install(Path dataFolder) throws IOException {
        byte[] jar = CarriedClasses.jar("dev/thaw/sdk", "runtime/Main.class");
        Path parent = OwnFolders.make(dataFolder.resolve("runtime"));
        Path folder = parent.resolve("java-" + new Fingerprint().add(jar).hex().substring(0, 16));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path aside = OwnFolders.make(parent.resolve("new-" + UUID.randomUUID()));
        Files.write(aside.resolve(JAR), jar);
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }
}
