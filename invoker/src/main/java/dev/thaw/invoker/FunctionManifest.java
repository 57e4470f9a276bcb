package dev.thaw.invoker;

import dev.thaw.vmm.linux.net.EgressPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a package's {@code function.yaml} says, checked and with its defaults filled in.
 *
 * @param name [a-zA-Z0-9-_]{1,64}, before which its namespace may stand: see {@link FunctionNames}
 * @param runtime who runs the handler
 * @param handler of the runtime's {@link Runtime#handlerForm form}, else what the package's program makes of it; may be empty there
 * @param command the program and its arguments, of {@link Runtime#WASI} the module and its arguments; empty where else a handler is named
 * @param memoryMb 16 to 10240 MiB
 * @param cpu threads of it that run at once, 1 to 64
 * @param timeout wall clock of one request, more than 0 up to 900 s
 * @param isolation what is kept between requests
 * @param environment variables besides those that Lambda sets
 * @param egress rules of what it may reach outside its VM, as {@link EgressPolicy} has them; empty for nothing
 * @param rehearse paths that a web server is asked for before its snapshot is taken; empty for other runtimes
 * @param maxConcurrency requests at once on this host, when the manifest says so
 * @param queue requests that may wait, when the manifest says so
 * @param build what makes the package on the developer's machine, a program and its arguments; empty when the manifest does not say
 */
public record FunctionManifest(
        String name, Runtime runtime, String handler, List<String> command, int memoryMb, int cpu, Duration timeout,
        Isolation isolation, Map<String, String> environment, List<String> egress, List<String> rehearse,
        OptionalInt maxConcurrency, OptionalInt queue, List<String> build) {
    public FunctionManifest {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        egress = List.copyOf(egress);
        rehearse = List.copyOf(rehearse);
        build = List.copyOf(build);
    }

    /** Reads a manifest from YAML. */
    public static FunctionManifest parse(byte[] yaml) throws ManifestException {
        return ManifestReader.read(yaml);
    }

    /** The same function by another name, as which a server knows it. */
    public FunctionManifest named(String other) {
        return new FunctionManifest(other, runtime, handler, command, memoryMb, cpu, timeout, isolation, environment, egress, rehearse,
                maxConcurrency, queue, build);
    }

    /** What an instance of the function is. */
    public Sandbox sandbox() {
        return runtime == Runtime.WASI && isolation != Isolation.VM ? Sandbox.WASM : Sandbox.MICRO_VM;
    }
}
