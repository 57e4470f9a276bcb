package dev.thaw.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container around one static program: an OCI bundle (runtime-spec, config.md) with a root of that program alone, its own namespaces and
 * no capabilities, started by crun or else runc.
 */
final class Container {
    private static final String ID = "thaw-bench-" + ProcessHandle.current().pid();

    private final String runtime;
    private final Path bundle;

    private Container(String runtime, Path bundle) {
        this.runtime = runtime;
        this.bundle = bundle;
    }

    /** The first of crun and runc that runs the bundle; otherwise {@code found} hears why none does. */
    static Optional<Container> of(Workshop shop, Path program, Path spawn, Path event, Collector found) throws IOException, InterruptedException {
        Path bundle = Files.createDirectories(shop.folder().resolve("bundle"));
        Path root = Files.createDirectories(bundle.resolve("rootfs"));
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
        Files.copy(program, root.resolve("hello"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.write(bundle.resolve("config.json"), config());
        List<String> problems = new ArrayList<>();
        for (String name : List.of("crun", "runc")) {
            Optional<String> runtime = Languages.onPath(name).or(() -> sbin(name));
            if (runtime.isEmpty()) {
                problems.add(name + " is not installed (apt install " + name + ")");
                continue;
            }
            try {
                Container container = new Container(runtime.get(), bundle);
                Native.output(container.command(spawn, event, 1));
                problems.forEach(problem -> found.missing("container by crun", problem + "; " + name + " is measured instead"));
                return Optional.of(container);
            } catch (BenchException e) {
                problems.add(name + " does not run here: " + e.getMessage());
            }
        }
        found.missing("container", String.join("; ", problems));
        return Optional.empty();
    }

    private static Optional<String> sbin(String name) {
        return Optional.of(Path.of("/usr/sbin", name)).filter(Files::isExecutable).map(Path::toString);
    }

    String name() {
        return Path.of(runtime).getFileName().toString();
    }

    /** {@code spawn_probe} starting it so many times. */
    List<String> command(Path spawn, Path event, int count) {
        return List.of(spawn.toString(), String.valueOf(count), event.toString(), runtime, "run", "--bundle", bundle.toString(), ID);
    }

    private static byte[] config() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = json.createObjectNode().put("ociVersion", "1.0.0").put("hostname", "bench");
        ObjectNode process = config.putObject("process").put("terminal", false).put("cwd", "/").put("noNewPrivileges", true);
        process.putObject("user").put("uid", 0).put("gid", 0);
        process.putArray("args").add("/hello");
        process.putArray("env").add("PATH=/");
        config.putObject("root").put("path", "rootfs").put("readonly", true);
        ArrayNode mounts = config.putArray("mounts");
        mounts.addObject().put("destination", "/proc").put("type", "proc").put("source", "proc");
        mounts.addObject().put("destination", "/dev").put("type", "tmpfs").put("source", "tmpfs")
                .putArray("options").add("nosuid").add("mode=755").add("size=64k");
        ArrayNode namespaces = config.putObject("linux").putArray("namespaces");
        for (String kind : List.of("pid", "network", "ipc", "uts", "mount")) {
            namespaces.addObject().put("type", kind);
        }
        return json.writeValueAsBytes(config);
    }
}
