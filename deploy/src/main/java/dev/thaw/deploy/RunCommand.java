package dev.thaw.deploy;

import dev.thaw.controlplane.logs.ServerLog;
import dev.thaw.deploy.run.ExitStatus;
import dev.thaw.deploy.run.Foreground;
import dev.thaw.deploy.run.GuestProgram;
import dev.thaw.deploy.run.GuestRoot;
import dev.thaw.deploy.run.ModuleRun;
import dev.thaw.deploy.run.ProgramLookup;
import dev.thaw.deploy.run.StandardInput;
import dev.thaw.deploy.run.TraceFile;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.ProgramException;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.kvm.KvmUnavailableException;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.EgressPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Model.CommandSpec;

/** {@code thaw run -- PROGRAM ARGS…} and {@code thaw run MODULE.wasm ARGS…}. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs a Linux program in a microVM, or a WebAssembly module (.wasm with WASI), with this terminal's streams; ends with its exit status.",
        footer = {"", "Exit status: the program's; 128+N when signal N ended it; 124 at the time limit; 137 at the memory limit;",
                "134 when a module traps; 127 and 126 when there is no such program or it is not executable; 125 when Thaw itself fails."})
final class RunCommand implements Callable<Integer> {
    /** The status of wrong usage too: 1 and 2 are the program's. */
    static final int OWN_FAILURE = ExitStatus.OWN_FAILURE;
    private static final List<String> OF_A_VM = List.of("--cpu", "--volume", "--egress", "--workdir", "--trace");
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(names = "--memory", paramLabel = "M", defaultValue = "512M", converter = Memory.Converter.class,
            description = "Memory of the VM: MiB, or with a unit (${DEFAULT-VALUE}).")
    private Memory memory;

    @Option(names = "--cpu", paramLabel = "N", defaultValue = "1",
            description = "Processors: how many threads of the program run at once, 1 to 64 (${DEFAULT-VALUE}).")
    private int cpus;

    @Option(names = "--timeout", paramLabel = "T", converter = TimeLimit.class,
            description = "Wall-clock limit: seconds, or with a unit as in 500ms or 2m. None unless given.")
    private Duration timeout;

    @Option(names = "--env", paramLabel = "K=V", description = "A variable of the program's environment; K alone takes the value it has here.")
    private List<String> variables = List.of();

    @Option(names = "--volume", paramLabel = "HOSTDIR:GUESTDIR[:ro]", converter = Volume.class,
            description = "A folder of this machine that the program may use, and change unless :ro.")
    private List<Mount> volumes = List.of();

    @Option(names = "--egress", paramLabel = "RULE",
            description = "What the program may reach outside: HOST:PORT, a range of addresses, or any rule of a manifest's 'egress'; again for more. Nothing unless given.")
    private List<String> egress = List.of();

    @Option(names = "--workdir", paramLabel = "D", defaultValue = "/", description = "The program's working directory, in the VM (${DEFAULT-VALUE}).")
    private String workingDirectory;

    @Option(names = "--root", paramLabel = "DIR", description = "A folder with a root filesystem, instead of this machine's programs and libraries.")
    private Path root;

    @Option(names = "--trace", paramLabel = "FILE", arity = "0..1", fallbackValue = "",
            description = "Write a line a system call to FILE, or to standard error; give FILE as --trace=FILE.")
    private String trace;

    @Parameters(paramLabel = "PROGRAM ARGS…", arity = "1..*", description = "The program and its arguments.")
    private List<String> command;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (cpus < 1 || cpus > MachineConfig.MAX_CPUS) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "--cpu " + cpus + ": a VM has 1 to " + MachineConfig.MAX_CPUS + " processors");
        }
        if (root == null && ModuleRun.isModule(command.getFirst())) {
            return module();
        }
        EgressPolicy allowed = allowed();
        ServerLog.install(false);
        Map<String, String> environment = environment();
        GuestRoot guest = root == null
                ? GuestRoot.ofHost(terminal.environment().getOrDefault("PATH", DEFAULT_PATH))
                : GuestRoot.ofFolder(root, environment.get("PATH"));
        GuestProgram found = guest.program(command.getFirst());
        if (root == null) {
            found = found.withItsLibrary(terminal.environment());
        }
        List<Mount> mounts = Stream.of(guest.mounts(), found.mounts(), volumes).flatMap(List::stream).toList();
        List<String> arguments = new ArrayList<>(command);
        arguments.set(0, found.name());
        Program program = new Program(
                found.path(),
                arguments,
                environment.entrySet().stream().map(variable -> variable.getKey() + "=" + variable.getValue()).toList(),
                workingDirectory);
        if (trace == null || trace.isEmpty()) {
            Optional<Consumer<String>> lines = trace == null ? Optional.empty() : Optional.of(terminal.err()::println);
            return run(mounts, allowed, program, lines);
        }
        try (TraceFile lines = new TraceFile(Path.of(trace))) {
            return run(mounts, allowed, program, Optional.of(lines));
        }
    }

    /** In this process: a module needs no VM. */
    private int module() {
        for (String option : OF_A_VM) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new CommandLine.ParameterException(spec.commandLine(), option + " means nothing to a WebAssembly module, which has no "
                        + "network, no host folder and one thread");
            }
        }
        ServerLog.install(false);
        Map<String, String> environment = new LinkedHashMap<>();
        addVariables(environment);
        ExitStatus end = new ModuleRun(Path.of(command.getFirst()), memory.bytes(), Optional.ofNullable(timeout), command, environment)
                .run(terminal.in(), terminal.out(), terminal.err());
        return ended(end);
    }

    private int ended(ExitStatus end) {
        end.message().ifPresent(message -> terminal.err().println(terminal.red("thaw: " + command.getFirst() + ": " + message)));
        return end.status();
    }

    private int run(List<Mount> mounts, EgressPolicy allowed, Program program, Optional<Consumer<String>> lines) {
        Foreground foreground = new Foreground(memory.bytes(), cpus, Optional.ofNullable(timeout), mounts, allowed, program, lines);
        try {
            return ended(ExitStatus.of(foreground.run(new StandardInput(), terminal.in(), terminal.out(), terminal.err())));
        } catch (ProgramException e) {
            throw new Failure(ProgramLookup.NOT_EXECUTABLE, command.getFirst() + ": " + e.getMessage());
        } catch (KvmUnavailableException e) {
            throw new Failure(OWN_FAILURE, e.getMessage());
        }
    }

    private EgressPolicy allowed() {
        try {
            return EgressPolicy.parse(egress);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--egress: " + e.getMessage());
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", DEFAULT_PATH);
        environment.put("HOME", "/tmp");
        environment.put("LANG", "C.UTF-8");
        addVariables(environment);
        return environment;
    }

    private void addVariables(Map<String, String> environment) {
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            String name = equals < 0 ? variable : variable.substring(0, equals);
            if (name.isEmpty()) {
                throw new Failure(OWN_FAILURE, "--env '" + variable + "' is not NAME=VALUE");
            }
            Optional<String> value = equals < 0
                    ? Optional.ofNullable(terminal.environment().get(name))
                    : Optional.of(variable.substring(equals + 1));
            value.ifPresent(text -> environment.put(name, text));
        }
    }
}
