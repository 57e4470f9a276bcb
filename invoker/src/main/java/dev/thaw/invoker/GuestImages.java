package dev.thaw.invoker;

import dev.thaw.invoker.contract.HttpContract;
import dev.thaw.invoker.contract.LambdaContract;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.EgressPolicy;
import dev.thaw.wasm.guest.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Says what a function's VM is booted from: which host folders it sees, which program, which environment. */
final class GuestImages {
    private static final String TASK_ROOT = "/var/task";
    private static final String RUNTIME_ROOT = "/var/runtime";
    private static final String SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin";

    /**
     * mallopt(3), glibc: keep freed memory and grow in large steps. Giving pages back and faulting them in again costs a system call
     * and a fault a page, and the VM is gone after the request anyway.
     */
    private static final Map<String, String> KEEP_HEAP = Map.of("MALLOC_TRIM_THRESHOLD_", "1073741824",
            "MALLOC_MMAP_THRESHOLD_", "4194304", "MALLOC_TOP_PAD_", "262144");

    private final Path dataFolder;
    private final PythonFinder pythons;
    private final NodeFinder nodes;
    private final JdkFinder jdks;

    /** @param hostEnvironment where interpreters are looked for */
    GuestImages(Path dataFolder, Map<String, String> hostEnvironment) {
        this.dataFolder = dataFolder;
        this.pythons = new PythonFinder(hostEnvironment);
        this.nodes = new NodeFinder(hostEnvironment);
        this.jdks = new JdkFinder(hostEnvironment);
    }

    GuestImage of(FunctionVersion version) throws PrepareException {
        FunctionManifest manifest = version.manifest();
        List<Mount> mounts = new ArrayList<>(HostRoot.mounts());
        Fingerprint fingerprint = new Fingerprint().add("image 1");
        try {
            List<String> command = command(version, mounts, fingerprint);
            mounts.add(new Mount(TASK_ROOT, version.packageFolder().toString(), false));
            List<String> environment = environment(version);
            Program program = new Program(command.getFirst(), arguments(manifest, command), environment, TASK_ROOT);
            fingerprint.addFolder(version.packageFolder()).add(program.toString())
                    .add(mounts.toString()).add(Integer.toString(manifest.memoryMb())).add(Integer.toString(manifest.cpu()));
            if (!manifest.rehearse().isEmpty()) {
                fingerprint.add(manifest.rehearse().toString());
            }
            return new GuestImage(mounts, program, EgressPolicy.parse(manifest.egress()), fingerprint.hex());
        } catch (IOException e) {
            throw Failures.platform("the package or the runtime of " + version.label() + " cannot be read: " + e, e);
        }
    }

    private List<String> command(FunctionVersion version, List<Mount> mounts, Fingerprint fingerprint)
            throws PrepareException, IOException {
        FunctionManifest manifest = version.manifest();
        return switch (manifest.runtime()) {
            case PYTHON3 -> {
                mounts.add(new Mount(RUNTIME_ROOT, RuntimeFiles.PYTHON.install(dataFolder).toString(), false));
                yield List.of(interpreter(pythons.find(), mounts, fingerprint), "-B", "-s", RUNTIME_ROOT + "/bootstrap.py");
            }
            case NODEJS -> {
                mounts.add(new Mount(RUNTIME_ROOT, RuntimeFiles.NODE.install(dataFolder).toString(), false));
                yield NodeCommand.of(interpreter(nodes.find(), mounts, fingerprint), manifest, RUNTIME_ROOT + "/bootstrap.mjs");
            }
            case JAVA25 -> {
                mounts.add(new Mount(RUNTIME_ROOT, JavaRuntimeFiles.install(dataFolder).toString(), false));
                yield JavaCommand.of(interpreter(jdks.find(), mounts, fingerprint), version, TASK_ROOT, RUNTIME_ROOT);
            }
            case WASI -> {
                mounts.add(new Mount(RUNTIME_ROOT, WasmRuntimeFiles.install(dataFolder).toString(), false));
                yield JavaCommand.ofModule(interpreter(jdks.find(), mounts, fingerprint), manifest, TASK_ROOT, RUNTIME_ROOT);
            }
            case PROVIDED, HTTP, STDIO -> {
                List<String> command = new ArrayList<>(manifest.command());
                command.set(0, program(version, mounts, fingerprint));
                yield command;
            }
        };
    }

    /** argv: as the manifest has it, but for Python, which finds its library by where it is. */
    private static List<String> arguments(FunctionManifest manifest, List<String> command) {
        return manifest.runtime().handlerForm().isPresent() || manifest.command().getFirst().equals("python3")
                ? command : manifest.command();
    }

    private String program(FunctionVersion version, List<Mount> mounts, Fingerprint fingerprint)
            throws PrepareException, IOException {
        String word = version.manifest().command().getFirst();
        if (word.startsWith("/")) {
            return word;
        }
        if (!word.contains("/") && !Files.exists(version.packageFolder().resolve(word))) {
            if (word.equals("java")) {
                return interpreter(jdks.find(), mounts, fingerprint); // the one on PATH may be of long ago
            }
            for (String folder : SEARCH_PATH.split(":")) {
                if (Files.isExecutable(Path.of(folder, word))) {
                    return folder + "/" + word;
                }
            }
            if (word.equals("python3")) {
                return interpreter(pythons.find(), mounts, fingerprint);
            }
            if (word.equals("node")) {
                return interpreter(nodes.find(), mounts, fingerprint);
            }
        }
        return Path.of(TASK_ROOT).resolve(word).normalize().toString();
    }

    private static String interpreter(Interpreter found, List<Mount> mounts, Fingerprint fingerprint) throws IOException {
        mounts.addAll(found.mounts());
        fingerprint.add(found.version()).add(Files.getLastModifiedTime(found.executable()).toString());
        return found.executable().toString();
    }

    /** What Lambda sets, https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, and the manifest's own. */
    private static List<String> environment(FunctionVersion version) {
        FunctionManifest manifest = version.manifest();
        Map<String, String> all = new TreeMap<>();
        all.put("PATH", SEARCH_PATH + ":" + TASK_ROOT + "/bin");
        all.put("LD_LIBRARY_PATH", TASK_ROOT + ":" + TASK_ROOT + "/lib");
        all.put("LANG", "C.UTF-8");
        all.put("TZ", ":UTC");
        all.put("HOME", "/tmp");
        switch (manifest.runtime()) {
            case PYTHON3 -> all.putAll(KEEP_HEAP);
            case NODEJS -> all.putAll(NodeCommand.ENVIRONMENT);
            // Nobody flushes a server that is thawed for one request.
            case HTTP -> all.put("PYTHONUNBUFFERED", "1");
            case JAVA25 -> all.putAll(JavaCommand.ENVIRONMENT);
            case WASI -> all.putAll(JavaCommand.ENVIRONMENT);
            case PROVIDED, STDIO -> { }
        }
        all.putAll(manifest.environment());
        if (manifest.runtime() == Runtime.JAVA25 || manifest.runtime() == Runtime.WASI) {
            all.remove(JavaCommand.OPTIONS); // they are on the command line
        }
        all.put("LAMBDA_TASK_ROOT", TASK_ROOT);
        all.put("LAMBDA_RUNTIME_DIR", RUNTIME_ROOT);
        all.putAll(LambdaVariables.of(version));
        if (manifest.runtime() == Runtime.WASI) {
            Set<String> names = new TreeSet<>(manifest.environment().keySet());
            names.addAll(LambdaVariables.of(version).keySet());
            all.put(Main.NAMES, String.join(",", names));
        }
        if (manifest.runtime() == Runtime.HTTP) {
            all.put("PORT", Integer.toString(HttpContract.PORT));
        }
        if (manifest.runtime().asksForEvents()) {
            all.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
            all.put("AWS_LAMBDA_RUNTIME_API", LambdaContract.ADDRESS);
            all.put("_HANDLER", manifest.handler());
        }
        return all.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
    }
}
