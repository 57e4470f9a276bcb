package dev.thaw.invoker;

import dev.thaw.vmm.linux.fs.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds a JDK from 25: THAW_JAVA_HOME, JAVA_HOME, the one that runs Thaw, those in /usr/lib/jvm. Starts none, reads their release files. */
final class JdkFinder {
    static final int NEEDED = 25;
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"?((\\d{1,4})[0-9.]*)");
    private static final String REMEDY = "install one (Debian, Ubuntu: sudo apt-get install openjdk-25-jdk-headless) or set THAW_JAVA_HOME";
    /** How deep in a JDK distributions put links to /etc: conf/security/policy. */
    private static final int LINK_DEPTH = 4;

    private final Map<String, String> environment;
    private final Path installed;

    JdkFinder(Map<String, String> environment) {
        this(environment, Path.of("/usr/lib/jvm"));
    }

    JdkFinder(Map<String, String> environment, Path installed) {
        this.environment = Map.copyOf(environment);
        this.installed = installed;
    }

    Interpreter find() throws PrepareException {
        String wanted = environment.getOrDefault("THAW_JAVA_HOME", "");
        if (!wanted.isEmpty()) {
            return jdk(Path.of(wanted)).orElseThrow(() -> none("THAW_JAVA_HOME is " + wanted + ", and that is no JDK from " + NEEDED
                    + " (its bin/java, lib/server/libjvm.so and release file are looked at); set it to one, or unset it"));
        }
        for (Path candidate : candidates()) {
            Optional<Interpreter> found = jdk(candidate);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw none("no JDK from " + NEEDED + " on this host: " + REMEDY);
    }

    private List<Path> candidates() {
        Set<Path> all = new LinkedHashSet<>();
        for (String each : List.of(environment.getOrDefault("JAVA_HOME", ""), System.getProperty("java.home"))) {
            if (each.startsWith("/")) {
                all.add(Path.of(each));
            }
        }
        try (Stream<Path> folders = Files.list(installed)) {
            folders.sorted().forEach(all::add);
        } catch (IOException e) {
            // There is no such folder: what else there is has to do.
        }
        return List.copyOf(all);
    }

    private static Optional<Interpreter> jdk(Path candidate) {
        try {
            Path home = candidate.toRealPath();
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            boolean whole = Files.isExecutable(home.resolve("bin/java")) && Files.isReadable(home.resolve("lib/server/libjvm.so"));
            return whole && version.find() && Integer.parseInt(version.group(2)) >= NEEDED
                    ? Optional.of(new Interpreter(home.resolve("bin/java"), version.group(1), mounts(home))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The JDK itself, and what links in it lead to: Debian's keeps its configuration in /etc. */
    private static List<Mount> mounts(Path home) throws IOException {
        Set<Path> needed = new LinkedHashSet<>();
        needed.add(home);
        try (Stream<Path> files = Files.walk(home, LINK_DEPTH)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                if (Files.exists(link)) {
                    needed.add(link.toRealPath());
                }
            }
        }
        List<Mount> mounts = new ArrayList<>();
        for (Path path : needed) {
            if (!HostRoot.covers(path) && (path.equals(home) || !path.startsWith(home))) {
                mounts.add(new Mount(path.toString(), path.toString(), false));
            }
        }
        return mounts;
    }

    private static PrepareException none(String message) {
        return new PrepareException(PrepareException.Kind.NO_RUNTIME, "Runtime.NotFound", message,
                ErrorJson.of("Runtime.NotFound", message), List.of());
    }
}
