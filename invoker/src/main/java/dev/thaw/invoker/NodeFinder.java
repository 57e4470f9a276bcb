package dev.thaw.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds a Node.js from version 20 by asking each candidate about itself: THAW_NODE, the system's, PATH's. */
final class NodeFinder {
    private static final int LEAST = 20;
    private static final String REMEDY =
            "install one (https://nodejs.org/en/download, or a distribution's nodejs package) or set THAW_NODE to its path";
    private static final String PROBE = """
            let maps = [];
            try {
                maps = [...new Set(require('fs').readFileSync('/proc/self/maps', 'latin1').split('\\n')
                    .filter(line => line.includes(' /')).map(line => line.slice(line.indexOf(' /') + 1)))];
            } catch {}
            console.log(JSON.stringify({node: process.versions.node, executable: process.execPath, maps}));
            """;

    /** What was found out about a candidate, and of which binary. */
    private record Probed(FileTime modified, Optional<Interpreter> found, String complaint) {}

    private final Map<String, String> environment;
    private final Map<Path, Probed> probed = new ConcurrentHashMap<>();

    NodeFinder(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    Interpreter find() throws PrepareException {
        String wanted = environment.getOrDefault("THAW_NODE", "");
        if (!wanted.isEmpty()) {
            Probed answer = probe(Path.of(wanted).toAbsolutePath());
            return answer.found.orElseThrow(() -> none("THAW_NODE is " + wanted + ": " + answer.complaint
                    + "; set it to a Node.js from " + LEAST + ", or unset it"));
        }
        List<String> complaints = new ArrayList<>();
        for (Path candidate : candidates()) {
            Probed answer = probe(candidate);
            if (answer.found.isPresent()) {
                return answer.found.get();
            }
            complaints.add(candidate + " " + answer.complaint);
        }
        String looked = complaints.isEmpty() ? "" : " (" + String.join("; ", complaints) + ")";
        throw none("no Node.js from " + LEAST + " on this host" + looked + ": " + REMEDY);
    }

    private static PrepareException none(String message) {
        return new PrepareException(PrepareException.Kind.NO_RUNTIME, "Runtime.NotFound", message,
                ErrorJson.of("Runtime.NotFound", message), List.of());
    }

    private List<Path> candidates() {
        Set<Path> all = new LinkedHashSet<>(List.of(Path.of("/usr/bin/node"), Path.of("/usr/local/bin/node")));
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            if (folder.startsWith("/")) {
                all.add(Path.of(folder, "node"));
            }
        }
        return all.stream().filter(Files::isExecutable).toList();
    }

    private Probed probe(Path candidate) {
        try {
            FileTime modified = Files.getLastModifiedTime(candidate);
            Probed known = probed.get(candidate);
            if (known != null && known.modified.equals(modified)) {
                return known;
            }
            Probed fresh = judge(modified, InterpreterProbe.ask(List.of(candidate.toString(), "-e", PROBE)));
            probed.put(candidate, fresh);
            return fresh;
        } catch (IOException | IllegalArgumentException e) {
            return new Probed(FileTime.fromMillis(0), Optional.empty(), "cannot be used: " + e.getMessage());
        }
    }

    private static Probed judge(FileTime modified, JsonNode answer) throws IOException {
        String version = answer.path("node").asText();
        if (!version.matches("\\d{1,4}\\.\\d{1,4}\\..{1,40}")) {
            return new Probed(modified, Optional.empty(), "is no Node.js");
        }
        if (Integer.parseInt(version.substring(0, version.indexOf('.'))) < LEAST) {
            return new Probed(modified, Optional.empty(), "is version " + version);
        }
        Path executable = Path.of(answer.path("executable").asText()).toRealPath();
        Set<Path> folders = InterpreterProbe.libraryFolders(answer.path("maps"));
        folders.add(executable.getParent());
        return new Probed(modified, Optional.of(new Interpreter(executable, version, InterpreterProbe.mounts(folders))), "");
    }
}
