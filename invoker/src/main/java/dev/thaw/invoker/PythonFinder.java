package dev.thaw.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds a CPython from 3.11 with the parts of its standard library that functions expect, by asking each candidate about itself:
 * THAW_PYTHON, the system's, PATH's (where a pyenv shim leads on to the real one), pyenv's versions.
 */
final class PythonFinder {
    private static final System.Logger LOG = System.getLogger(PythonFinder.class.getName());
    private static final String REMEDY = "install one (Debian, Ubuntu: sudo apt-get install python3) or set THAW_PYTHON to its path";
    private static final String PROBE = """
            import json, sys
            missing = []
            for name in ('json', 'ssl', 'sqlite3', 'hashlib', 'zlib'):
                try:
                    __import__(name)
                except ImportError as error:
                    missing.append(str(error))
            for name in ('ctypes', 'lzma', 'bz2', 'decimal', 'uuid', 'zoneinfo', 'readline', 'xml.parsers.expat'):
                try:
                    __import__(name)
                except ImportError:
                    pass
            maps = sorted({line.split(None, 5)[5].strip() for line in open('/proc/self/maps') if ' /' in line})
            print(json.dumps({
                'implementation': sys.implementation.name, 'version': list(sys.version_info[:3]), 'missing': missing,
                'executable': getattr(sys, '_base_executable', None) or sys.executable,
                'prefixes': [sys.base_prefix, sys.base_exec_prefix], 'maps': maps}))
            """;

    /** What was found out about a candidate, and of which binary. */
    private record Probed(FileTime modified, Optional<Interpreter> found, String complaint) {}

    private final Map<String, String> environment;
    private final Map<Path, Probed> probed = new ConcurrentHashMap<>();

    PythonFinder(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    Interpreter find() throws PrepareException {
        List<String> complaints = new ArrayList<>();
        String wanted = environment.getOrDefault("THAW_PYTHON", "");
        if (!wanted.isEmpty()) {
            Probed answer = probe(Path.of(wanted).toAbsolutePath());
            return answer.found.orElseThrow(() -> none("THAW_PYTHON is " + wanted + ": " + answer.complaint
                    + "; set it to a CPython from 3.11, or unset it"));
        }
        for (Path candidate : candidates()) {
            Probed answer = probe(candidate);
            if (answer.found.isPresent()) {
                return answer.found.get();
            }
            complaints.add(candidate + " " + answer.complaint);
        }
        String looked = complaints.isEmpty() ? "" : " (" + String.join("; ", complaints) + ")";
        throw none("no CPython from 3.11 on this host" + looked + ": " + REMEDY);
    }

    private static PrepareException none(String message) {
        return new PrepareException(PrepareException.Kind.NO_RUNTIME, "Runtime.NotFound", message,
                ErrorJson.of("Runtime.NotFound", message), List.of());
    }

    private List<Path> candidates() {
        Set<Path> all = new LinkedHashSet<>();
        all.add(Path.of("/usr/bin/python3"));
        all.addAll(byVersion(Path.of("/usr/local/bin"), ""));
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            if (folder.startsWith("/")) {
                all.add(Path.of(folder, "python3"));
            }
        }
        all.addAll(byVersion(Path.of(environment.getOrDefault("HOME", "/nonexistent"), ".pyenv", "versions"), "bin/python3"));
        return all.stream().filter(Files::isExecutable).toList();
    }

    /** Newest first: {@code python3*} in a folder of programs, or each {@code 3.*} folder's program. */
    private static List<Path> byVersion(Path folder, String program) {
        try (Stream<Path> entries = Files.list(folder)) {
            Comparator<Path> byNumber = Comparator.comparing(path -> minor(path.getFileName().toString()));
            return entries.filter(entry -> entry.getFileName().toString().matches(
                            program.isEmpty() ? "python3(\\.\\d{1,3})?" : "3\\.\\d{1,3}(\\.\\d{1,3})?"))
                    .sorted(byNumber.reversed())
                    .map(entry -> program.isEmpty() ? entry : entry.resolve(program))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static int minor(String name) {
        String[] parts = name.replace("python", "").split("\\.");
        return parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
    }

    private Probed probe(Path candidate) {
        try {
            FileTime modified = Files.getLastModifiedTime(candidate);
            Probed known = probed.get(candidate);
            if (known != null && known.modified.equals(modified)) {
                return known;
            }
            Probed fresh = judge(modified,
                    InterpreterProbe.ask(List.of(candidate.toString(), "-I", "-c", PROBE)));
            LOG.log(System.Logger.Level.DEBUG, () -> "python candidate " + candidate + ": "
                    + fresh.found.map(python -> "CPython " + python.version()).orElse(fresh.complaint));
            probed.put(candidate, fresh);
            return fresh;
        } catch (IOException | IllegalArgumentException e) {
            return new Probed(FileTime.fromMillis(0), Optional.empty(), "cannot be asked about itself: " + e.getMessage());
        }
    }

    private static Probed judge(FileTime modified, JsonNode answer) throws IOException {
        int major = answer.path("version").path(0).asInt();
        int minor = answer.path("version").path(1).asInt();
        String version = major + "." + minor + "." + answer.path("version").path(2).asInt();
        if (!answer.path("implementation").asText().equals("cpython")) {
            return new Probed(modified, Optional.empty(), "is " + answer.path("implementation").asText() + ", not CPython");
        }
        if (major != 3 || minor < 11) {
            return new Probed(modified, Optional.empty(), "is version " + version);
        }
        if (!answer.path("missing").isEmpty()) {
            return new Probed(modified, Optional.empty(), "lacks a part: " + answer.path("missing").path(0).asText());
        }
        Set<Path> folders = new LinkedHashSet<>();
        for (JsonNode prefix : answer.path("prefixes")) {
            folders.add(Path.of(prefix.asText()).toRealPath());
            folders.add(Path.of(prefix.asText()));
        }
        Path executable = Path.of(answer.path("executable").asText()).toRealPath();
        folders.add(executable.getParent());
        folders.addAll(InterpreterProbe.libraryFolders(answer.path("maps")));
        return new Probed(modified, Optional.of(new Interpreter(executable, version, InterpreterProbe.mounts(folders))), "");
    }
}
