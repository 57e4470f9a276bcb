package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;
import dev.thaw.invoker.contract.Answer;
import dev.thaw.invoker.contract.Contract;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.ProgramException;
import dev.thaw.vmm.kvm.KvmUnavailableException;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes a version ready: takes up its stored snapshot, or boots it, lets it initialise and freezes it where it asks for an event. */
final class Preparer {
    private static final System.Logger LOG = System.getLogger(Preparer.class.getName());

    /** Lambda's limit of the init phase; a slow host is given more and hears of it. */
    private static final Duration USUAL_INIT = Duration.ofSeconds(10);

    private final InvokerConfig config;
    private final GuestImages images;
    private final SnapshotShelf shelf;
    private final LogSink logs;

    Preparer(InvokerConfig config, GuestImages images, SnapshotShelf shelf, LogSink logs) {
        this.config = config;
        this.images = images;
        this.shelf = shelf;
        this.logs = logs;
    }

    PreparedFunction prepare(FunctionVersion version) throws PrepareException {
        Optional<String> problem = Machine.unavailable();
        if (problem.isPresent()) {
            throw new PrepareException(PrepareException.Kind.NO_KVM, "Sandbox.NoKvm", problem.get(),
                    ErrorJson.of("Sandbox.NoKvm", problem.get()), List.of());
        }
        GuestImage image = images.of(version);
        try {
            Optional<PreparedFunction> stored = takeUp(version, image);
            return stored.isPresent() ? stored.get() : build(version, image);
        } catch (IOException | UncheckedIOException e) {
            throw Failures.platform("the snapshot of " + version.label() + " cannot be stored: " + e, e);
        } catch (KvmUnavailableException e) {
            throw new PrepareException(PrepareException.Kind.NO_KVM, "Sandbox.NoKvm", e.getMessage(),
                    ErrorJson.of("Sandbox.NoKvm", e.getMessage()), List.of());
        }
    }

    private Optional<PreparedFunction> takeUp(FunctionVersion version, GuestImage image) throws IOException {
        try {
            Optional<SnapshotShelf.Shelved> shelved = shelf.find(version, image.fingerprint());
            if (shelved.isEmpty()) {
                return Optional.empty();
            }
            PreparedFunction prepared = open(version, image, shelved.get());
            LOG.log(System.Logger.Level.INFO, "function {0}: its stored snapshot is taken up", version.label());
            return Optional.of(prepared);
        } catch (BadSnapshotException e) {
            LOG.log(System.Logger.Level.WARNING, "function {0}: the stored snapshot is not usable ({1}); it is rebuilt from the package",
                    version.label(), e.getMessage());
            new FunctionLog(logs, version, "").platform(
                    "the stored snapshot is not usable (" + e.getMessage() + "); it is rebuilt from the package");
            return Optional.empty();
        }
    }

    /** Opens a snapshot and proves it with a VM that is thawed and not run. */
    private PreparedFunction open(FunctionVersion version, GuestImage image, SnapshotShelf.Shelved shelved) {
        Snapshot snapshot = Snapshot.open(shelved.folder());
        PreparedFunction prepared = new PreparedFunction(version, image, snapshot, shelved.contractState());
        try {
            Contract contract = prepared.contract();
            FunctionLog log = new FunctionLog((function, number, request, stream, text) -> {}, version, "");
            try (Machine proof = Machine.thaw(
                    PreparedFunction.machine(version.manifest(), image, contract, log, config.outputLimit()), snapshot)) {
                contract.attach(proof);
                if (!contract.ready()) {
                    throw new BadSnapshotException("the function in it does not wait for an event");
                }
            }
            return prepared;
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    private PreparedFunction build(FunctionVersion version, GuestImage image) throws PrepareException, IOException {
        long begin = System.nanoTime();
        String requestId = UUID.randomUUID().toString();
        FunctionManifest manifest = version.manifest();
        FunctionLog log = new FunctionLog(logs, version, "");
        Contract contract = PreparedFunction.newContract(manifest);
        Path folder = shelf.emptyFolder();
        try (Machine machine = Machine.boot(
                PreparedFunction.machine(manifest, image, contract, log, config.outputLimit()), image.program())) {
            contract.attach(machine);
            contract.whenAnswered(machine::stop);
            contract.whenReady(machine::stop);
            Outcome outcome = RestPoint.reach(machine, () -> contract.ready() || contract.answer().isPresent(),
                    config.initTimeout().toNanos());
            log.finish();
            long initNanos = System.nanoTime() - begin;
            if (initNanos > USUAL_INIT.toNanos()) {
                LOG.log(System.Logger.Level.WARNING, "function {0} took {1} ms to initialise; Lambda would have ended it at {2} ms",
                        version.label(), initNanos / 1_000_000, USUAL_INIT.toMillis());
            }
            Optional<Answer> answer = contract.answer();
            if (!outcome.resumable() || !contract.ready() || answer.isPresent()) {
                throw initFailed(version, log, answer.isPresent() ? said(answer.get(), requestId)
                        : Failures.of(outcome, requestId, manifest, "Init", config.initTimeout()));
            }
            if (!manifest.rehearse().isEmpty()) {
                Optional<Failure> failed = new HttpRehearsal(version, machine, contract, log, requestId)
                        .run(config.initTimeout().toNanos());
                if (failed.isPresent()) {
                    throw initFailed(version, log, failed.get());
                }
            }
            machine.freeze(folder);
            SnapshotShelf.Shelved shelved = shelf.put(version, image.fingerprint(), folder, contract.save());
            PreparedFunction prepared = open(version, image, shelved);
            log.platform("INIT Duration: " + (System.nanoTime() - begin) / 1_000_000 + " ms Memory Used: "
                    + (machine.residentBytes() >> 20) + " MB Snapshot: " + (prepared.snapshot().imageBytes() >> 20) + " MB");
            return prepared;
        } catch (ProgramException e) {
            throw initFailed(version, log, Failures.entrypoint(requestId, e.getMessage()));
        } catch (KvmUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "function " + version.label() + " cannot be prepared", e);
            throw Failures.platform("the sandbox of " + version.label() + " failed: " + e.getMessage(), e);
        } finally {
            OwnFolders.remove(folder);
        }
    }

    private static Failure said(Answer answer, String requestId) {
        return switch (answer) {
            case Answer.Error error -> Failures.of(error);
            case Answer.TooLarge large -> Failures.of(large);
            case Answer.Response response -> Failures.sandbox(requestId, "a response before any event");
        };
    }

    private static PrepareException initFailed(FunctionVersion version, FunctionLog log, Failure failure) {
        List<String> lines = log.lastLines();
        log.platform("INIT failed: " + failure.type() + ": " + failure.cause());
        LOG.log(System.Logger.Level.WARNING, "function {0} failed to initialise: {1}: {2}", version.label(), failure.type(),
                failure.cause());
        return new PrepareException(failure.ours() ? PrepareException.Kind.PLATFORM : PrepareException.Kind.INIT_FAILED,
                failure.type(), failure.message(), failure.payload(), lines);
    }
}
