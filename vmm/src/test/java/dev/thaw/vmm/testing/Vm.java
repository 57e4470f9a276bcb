package dev.thaw.vmm.testing;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.EgressPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A machine's configuration in the making, and what it wrote. The guest sees the host's /usr, /bin, /lib and /lib64, the program's
 * folder at {@link #PROGRAM}, and an empty {@link #WORK}, where it starts.
 */
public final class Vm {
    public static final String PROGRAM = "/program";
    public static final String WORK = "/thaw-scratch";
    private static final List<String> SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib64");

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final List<Mount> mounts = new ArrayList<>();
    private InputSource stdin = InputSource.EMPTY;
    private long memory = 512L << 20;
    private long outputLimit = 64L << 20;
    private long seconds = Pace.limit(300);
    private int cpus = 1;
    private EgressPolicy egress = EgressPolicy.NONE;
    private Optional<Consumer<String>> trace = Optional.empty();

    /** A VM that sees this folder at {@link #PROGRAM}. */
    public Vm(Path programFolder) {
        for (String folder : SYSTEM) {
            if (Files.isDirectory(Path.of(folder))) {
                mounts.add(new Mount(folder, folder, false));
            }
        }
        mounts.add(new Mount(PROGRAM, programFolder.toAbsolutePath().toString(), false));
        mounts.add(new Mount(WORK, EmptyFolder.PATH.toString(), false));
    }

    public Vm stdin(InputSource source) {
        stdin = source;
        return this;
    }

    public Vm memory(long bytes) {
        memory = bytes;
        return this;
    }

    public Vm outputLimit(long bytes) {
        outputLimit = bytes;
        return this;
    }

    public Vm egress(EgressPolicy policy) {
        egress = policy;
        return this;
    }

    public Vm cpus(int count) {
        cpus = count;
        return this;
    }

    public Vm seconds(long limit) {
        seconds = limit;
        return this;
    }

    public Vm trace(Consumer<String> sink) {
        trace = Optional.of(sink);
        return this;
    }

    public Vm mount(String guest, Path host, boolean writable) {
        mounts.add(new Mount(guest, host.toAbsolutePath().toString(), writable));
        return this;
    }

    public MachineConfig config() {
        return new MachineConfig(memory, mounts, stdin, (b, at, n) -> collect(output, b, at, n),
                (b, at, n) -> collect(errors, b, at, n), outputLimit, List.of(), "guest", trace).withEgress(egress).withCpus(cpus);
    }

    private static void collect(ByteArrayOutputStream into, byte[] bytes, int at, int length) {
        synchronized (into) {
            into.write(bytes, at, length);
        }
    }

    public Machine boot(String path, List<String> arguments, List<String> environment) {
        List<String> argv = new ArrayList<>(List.of(path));
        argv.addAll(arguments);
        return Machine.boot(config(), new Program(path, argv, environment, WORK));
    }

    /** Boots, runs to the end, closes. */
    public Result run(String path, List<String> arguments, List<String> environment) {
        try (Machine machine = boot(path, arguments, environment)) {
            return result(run(machine));
        }
    }

    public Outcome run(Machine machine) {
        return machine.run(TimeUnit.SECONDS.toNanos(seconds));
    }

    /** What has been written until now, with this end. */
    public Result result(Outcome outcome) {
        int status = switch (outcome) {
            case Outcome.Exited exited -> exited.status();
            case Outcome.Killed killed -> 128 + killed.signal();
            case Outcome.Idle _, Outcome.Stopped _, Outcome.LimitExceeded _, Outcome.Failed _ -> -1;
        };
        synchronized (output) {
            return new Result(status, outcome.toString(), output.toByteArray(), errors.toByteArray());
        }
    }

    /** Whether anything has been written to standard output. */
    public boolean wrote() {
        synchronized (output) {
            return output.size() > 0;
        }
    }

    /** What standard output holds, which is then empty. */
    public String take() {
        synchronized (output) {
            String text = output.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
            output.reset();
            return text;
        }
    }

    /** A folder of the host with nothing in it: what the guest writes there stays in its memory. */
    private static final class EmptyFolder {
        static final Path PATH = make();

        private static Path make() {
            try {
                return Files.createDirectories(Path.of("target/guest/empty")).toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
