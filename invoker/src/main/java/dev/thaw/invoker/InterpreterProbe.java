package dev.thaw.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.vmm.linux.fs.Mount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Asks an interpreter of the host's about itself, and says what of the host a guest has to see of it. */
final class InterpreterProbe {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 20;
    private static final int MAX_OUTPUT = 1 << 20;
    /** Folders that a guest never sees as a whole, so nothing directly in them is mounted. */
    private static final Set<Path> NEVER = Set.of(Path.of("/"), Path.of("/etc"), Path.of("/root"), Path.of("/home"),
            Path.of("/var"), Path.of("/tmp"), Path.of("/proc"), Path.of("/sys"), Path.of("/dev"), Path.of("/run"));

    private InterpreterProbe() {}

    /** Runs a command that prints a JSON object. @throws IOException when it prints something else, or cannot be run */
    static JsonNode ask(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            // The reader ends at the latest when the watchdog ends the process.
            Thread watchdog = Thread.ofVirtual().start(() -> {
                try {
                    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                    }
                } catch (InterruptedException e) {
                    process.destroyForcibly();
                }
            });
            byte[] answer = out.readNBytes(MAX_OUTPUT);
            watchdog.interrupt();
            JsonNode json = JSON.readTree(answer);
            if (json == null || !json.isObject()) {
                throw new IOException("it printed '" + new String(answer, 0, Math.min(80, answer.length),
                        StandardCharsets.UTF_8).strip() + "'");
            }
            return json;
        }
    }

    /** The folders of the shared libraries in a list of mapped files. */
    static Set<Path> libraryFolders(JsonNode maps) {
        Set<Path> folders = new LinkedHashSet<>();
        for (JsonNode library : maps) {
            Path file = Path.of(library.asText());
            if (file.toString().contains(".so") && Files.exists(file)) {
                folders.add(file.getParent());
            }
        }
        return folders;
    }

    /** Mounts for these folders, as far as functions do not see them anyway. @throws IOException for one that no guest may see */
    static List<Mount> mounts(Collection<Path> folders) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (Path folder : folders) {
            if (!HostRoot.covers(folder) && mounts.stream().noneMatch(mount -> folder.startsWith(mount.guestPath()))) {
                if (NEVER.contains(folder)) {
                    throw new IOException("it needs all of " + folder + ", which guests never see");
                }
                mounts.add(new Mount(folder.toString(), folder.toString(), false));
            }
        }
        return mounts;
    }
}
