package dev.thaw.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import run.endive.wasm.WasmModule;

/**
 * A module initialised and captured: memory, globals and tables. Immutable, shared by threads; every request has an instance that
 * stands exactly there, and no request sees what another did.
 */
public final class WasmImage {
    /** How long an initialisation may take. */
    private static final Duration INITIALISE = Duration.ofSeconds(30);
    /** Instances that wait for their next request; a burst has more, which are given up after it. */
    private static final int IDLE = Runtime.getRuntime().availableProcessors();

    private final WasmCode code;
    private final WasmConfig config;
    private final Content content;
    private final WasmModule module;
    private final ConcurrentLinkedDeque<LiveInstance> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleCount = new AtomicInteger();

    private WasmImage(WasmCode code, WasmConfig config, Content content) {
        this.code = code;
        this.config = config;
        this.content = content;
        this.module = ThawModule.of(code.module(), content.droppedData(), content.droppedElements());
    }

    /**
     * Instantiates the module, runs its start function and what the contract initialises, and captures the instance.
     *
     * @throws InvalidModuleException when the contract or the imports do not fit, or the initialisation fails
     */
    public static WasmImage prepare(WasmCode code, WasmConfig config) throws InvalidModuleException {
        return prepare(code, config, OutputStream.nullOutputStream());
    }

    /**
     * The same, and keeps what the initialisation prints.
     *
     * @param log takes it, from another thread, until this returns
     */
    public static WasmImage prepare(WasmCode code, WasmConfig config, OutputStream log) throws InvalidModuleException {
        config.contract().check(code);
        Linker.check(code.module(), config.host());
        WasmCall call = new WasmCall("", new byte[0], log, INITIALISE);
        Deadline deadline = new Deadline(call.wall(), call.cpu());
        HostCall host = config.host().openForPreparation(call);
        try {
            Initialisation result = config.workers().run(deadline, () -> initialise(code, config, host));
            return switch (result) {
                case Captured captured -> new WasmImage(code, config.with(captured.host()), captured.content());
                case Failed failed -> throw new InvalidModuleException("the module's initialisation "
                        + why(Ending.of(failed.failure(), host, code.names(), deadline)));
            };
        } finally {
            host.close();
        }
    }

    /**
     * An image that {@link #store} wrote, for the same module and configuration: it stands where that one stood, whatever an
     * initialisation would come to now.
     *
     * @throws InvalidModuleException when the contract or the imports do not fit
     * @throws BadImageException      when the image is damaged, or was made from another module or by another engine
     * @throws IOException            when {@code stored} cannot be read
     */
    public static WasmImage restored(WasmCode code, WasmConfig config, InputStream stored)
            throws InvalidModuleException, BadImageException, IOException {
        config.contract().check(code);
        Linker.check(code.module(), config.host());
        ImageFile.Read read = ImageFile.read(stored, code, config);
        return new WasmImage(code, config.with(read.host()), read.content());
    }

    /** Writes the image, for {@link #restored}. It holds what the module's memory holds: secrets too, if it has any. */
    public void store(OutputStream to) throws IOException {
        ImageFile.write(code, content, config.host(), to);
    }

    private static String why(WasmOutcome ending) {
        return switch (ending) {
            case WasmOutcome.Answered _ -> "ended the module with exit status 0, and nothing is left to serve requests: it must return";
            case WasmOutcome.Exited(int exit, byte[] _) -> "failed: it ended the module with exit status " + exit;
            case WasmOutcome.Trapped(String message, List<String> backtrace) -> "failed: it trapped: " + message
                    + backtrace.stream().map(frame -> "\n    at " + frame).collect(Collectors.joining());
            case WasmOutcome.TimedOut _ -> "failed: it took more than " + INITIALISE.toSeconds() + " s";
            case WasmOutcome.LimitExceeded(String which) -> "failed: it exceeded its limit of " + which;
        };
    }

    private sealed interface Initialisation {
    }

    private record Captured(Content content, Host<?> host) implements Initialisation {
    }

    private record Failed(Throwable failure) implements Initialisation {
    }

    private static Initialisation initialise(WasmCode code, WasmConfig config, HostCall host) {
        try {
            LiveInstance live = LiveInstance.fresh(code, config);
            live.initialise(host);
            config.contract().initialise(live);
            return new Captured(live.capture(), at(config.host(), host));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            return new Failed(e);
        }
    }

    private static <S extends HostCall> Host<S> at(Host<S> host, HostCall prepared) {
        // it is what this host opened
        @SuppressWarnings("unchecked")
        S state = (S) prepared;
        return host.at(state);
    }

    /** Serves one request in an instance of its own, on a worker's thread. Returns when it is over, whatever became of it. */
    public WasmOutcome run(WasmCall call) {
        return serve(call).outcome();
    }

    /** As {@link #run}, with what it took. */
    public WasmRun serve(WasmCall call) {
        Deadline deadline = new Deadline(call.wall(), call.cpu());
        return config.workers().run(deadline, () -> serve(call, deadline));
    }

    private WasmRun serve(WasmCall call, Deadline deadline) {
        long begin = System.nanoTime();
        HostCall state = config.host().open(call);
        try {
            Optional<LiveInstance> idleOne = take();
            LiveInstance live = idleOne.isPresent() ? idleOne.get() : LiveInstance.thawed(code, module, config, content);
            live.serve(state);
            long bindNanos = System.nanoTime() - begin;
            WasmOutcome outcome = outcome(live, state, call, deadline);
            long ownBytes = live.ownBytes();
            if (outcome instanceof WasmOutcome.Answered || outcome instanceof WasmOutcome.Exited) {
                giveBack(live);
            }
            return new WasmRun(outcome, bindNanos, idleOne.isPresent(), ownBytes);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            return new WasmRun(Ending.of(e, state, code.names(), deadline), System.nanoTime() - begin, false, 0);
        } finally {
            state.close();
        }
    }

    private WasmOutcome outcome(LiveInstance live, HostCall state, WasmCall call, Deadline deadline) {
        try {
            return new WasmOutcome.Answered(config.contract().answer(live, state, call));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            return Ending.of(e, state, code.names(), deadline);
        }
    }

    /** Instances that stand ready beside those that run. */
    public int idle() {
        return idleCount.get();
    }

    /** Gives up instances that stand ready, so that at most {@code keep} are left; the next request makes its own. Any thread. */
    public void trim(int keep) {
        while (idleCount.get() > keep && take().isPresent()) {
            // given up
        }
    }

    private Optional<LiveInstance> take() {
        Optional<LiveInstance> live = Optional.ofNullable(idle.pollFirst());
        if (live.isPresent()) {
            idleCount.decrementAndGet();
        }
        return live;
    }

    /** Only an instance that ended well comes here: after a trap it is given up whole. */
    private void giveBack(LiveInstance live) {
        if (idleCount.get() < IDLE && live.rollBack(content)) {
            idleCount.incrementAndGet();
            idle.addFirst(live);
        }
    }
}
