package dev.thaw.invoker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Our Python runtime's files, copied out of the jar to a folder that guests see as /var/runtime. */
final class RuntimeFiles {
    private static final List<String> NAMES = List.of("bootstrap.py", "thaw_client.py", "thaw_context.py", "thaw_errors.py",
            "thaw_json.py", "thaw_logging.py", "thaw_reseed.py", "snapshot_restore_py.py");

    private RuntimeFiles() {}

    /** The folder, named by its content: another version of Thaw makes another one, and a snapshot's own stays as it is. */
    static Path install(Path dataFolder) throws IOException {
        Fingerprint fingerprint = new Fingerprint();
        List<byte[]> contents = new ArrayList<>();
        for (String name : NAMES) {
            try (InputStream in = RuntimeFiles.class.getResourceAsStream("python/" + name)) {
                if (in == null) {
                    throw new UncheckedIOException(new IOException("the invoker's jar lacks python/" + name));
                }
                byte[] content = in.readAllBytes();
                contents.add(content);
                fingerprint.add(name).add(content);
            }
        }
        Path parent = OwnFolders.make(dataFolder.resolve("runtime"));
        Path folder = parent.resolve("python-" + fingerprint.hex().substring(0, 16));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path aside = OwnFolders.make(parent.resolve("new-" + UUID.randomUUID()));
        for (int i = 0; i < NAMES.size(); i++) {
            Files.write(aside.resolve(NAMES.get(i)), contents.get(i));
        }
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }
}
