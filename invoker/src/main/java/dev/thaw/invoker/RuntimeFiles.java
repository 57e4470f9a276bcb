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

/** A runtime of ours: its files, copied out of the jar to a folder that guests see as /var/runtime. */
enum RuntimeFiles {
    PYTHON("python", List.of("bootstrap.py", "thaw_client.py", "thaw_context.py", "thaw_errors.py", "thaw_json.py",
            "thaw_logging.py", "thaw_reseed.py", "snapshot_restore_py.py")),
    NODE("node", List.of("bootstrap.mjs", "client.mjs", "console.mjs", "context.mjs", "errors.mjs", "fresh.mjs",
            "handler.mjs", "hooks.mjs"));

    private final String language;
    private final List<String> names;

    RuntimeFiles(String language, List<String> names) {
        this.language = language;
        this.names = names;
    }

    /** The folder, named by its content: another version of Thaw makes another one, and a snapshot's own stays as it is. */
    Path install(Path dataFolder) throws IOException {
        Fingerprint fingerprint = new Fingerprint();
        List<byte[]> contents = new ArrayList<>();
        for (String name : names) {
            try (InputStream in = RuntimeFiles.class.getResourceAsStream(language + "/" + name)) {
                if (in == null) {
                    throw new UncheckedIOException(new IOException("the invoker's jar lacks " + language + "/" + name));
                }
                byte[] content = in.readAllBytes();
                contents.add(content);
                fingerprint.add(name).add(content);
            }
        }
        Path parent = OwnFolders.make(dataFolder.resolve("runtime"));
        Path folder = parent.resolve(language + "-" + fingerprint.hex().substring(0, 16));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path aside = OwnFolders.make(parent.resolve("new-" + UUID.randomUUID()));
        for (int i = 0; i < names.size(); i++) {
            Files.write(aside.resolve(names.get(i)), contents.get(i));
        }
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }
}
