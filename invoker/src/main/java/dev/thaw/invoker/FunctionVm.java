package dev.thaw.invoker;

import dev.thaw.invoker.contract.Answer;
import dev.thaw.invoker.contract.Contract;
import dev.thaw.invoker.contract.Event;
import dev.thaw.vmm.AuditResult;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.RollbackResult;
import java.time.Duration;
import java.util.Optional;

/** A thawed VM of a function: takes an event, gives what became of it. Used by one thread at a time; its owner closes it. */
final class FunctionVm implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FunctionVm.class.getName());
    private static final long PAGE = 4096;
    /**
     * What a VM takes besides guest memory, bytes: some 100 KB of this process as 200 of them measured (the monitor's state, the thread's
     * stack), the rest for KVM's own structures.
     */
    static final long OWN = 256 << 10;

    private final PreparedFunction prepared;
    private final FunctionLog log;
    private final Machine machine;
    private final long outputLimit;
    private Contract contract;
    private long ownPages;
    private Bind past = Bind.NEW;

    /**
     * An event's end.
     *
     * @param ending for the caller
     * @param end why the VM is of no more use, if it is not
     */
    record Handled(Ending ending, Optional<Discard> end) {}

    private FunctionVm(PreparedFunction prepared, Contract contract, FunctionLog log, Machine machine, long outputLimit) {
        this.prepared = prepared;
        this.contract = contract;
        this.log = log;
        this.machine = machine;
        this.outputLimit = outputLimit;
    }

    /** @throws dev.thaw.vmm.snapshot.BadSnapshotException when the snapshot cannot be thawed any more */
    static FunctionVm thaw(PreparedFunction prepared, LogSink sink, InvokerConfig config) {
        Contract contract = prepared.contract();
        FunctionLog log = new FunctionLog(sink, prepared.version(), "");
        Machine machine = Machine.thaw(ends(prepared, contract, log, config.outputLimit()), prepared.snapshot());
        FunctionVm vm = new FunctionVm(prepared, contract, log, machine, config.outputLimit());
        vm.attach();
        return vm;
    }

    /** What the VM has on the host: its streams and services. */
    private static MachineConfig ends(PreparedFunction prepared, Contract contract, FunctionLog log, long outputLimit) {
        FunctionManifest manifest = prepared.version().manifest();
        // A VM that is kept prints for many requests: its limit is looked at between them.
        long machineLimit = manifest.isolation() == Isolation.INSTANCE ? Long.MAX_VALUE : outputLimit;
        return PreparedFunction.machine(manifest, prepared.image(), contract, log, machineLimit);
    }

    private void attach() {
        contract.attach(machine);
        contract.whenAnswered(machine::stop);
        if (prepared.version().manifest().isolation() == Isolation.INSTANCE) {
            contract.whenReady(machine::stop);
        }
    }

    FunctionLog log() {
        return log;
    }

    /** Guest frames in use, bytes: what a function's author knows as its memory. */
    long residentBytes() {
        return machine.residentBytes();
    }

    /** What this VM has been through. */
    Bind past() {
        return past;
    }

    /**
     * Memory that this VM holds for itself, bytes: what its last rollback counted, without asking the host; before the first, guest
     * frames in use, those included that it still shares with the snapshot; and {@link #OWN}.
     */
    long privateBytes() {
        return OWN + (ownPages > 0 ? ownPages * PAGE : machine.residentBytes());
    }

    /** Hands the event over and runs until there is an answer or an end. */
    Handled handle(Request request, long nanos) {
        Invocation invocation = request.invocation();
        FunctionVersion version = prepared.version();
        long end = System.nanoTime() + nanos;
        log.begin(invocation.requestId());
        contract.offer(new Event(invocation.requestId(), invocation.event(), System.currentTimeMillis() + nanos / 1_000_000,
                version.functionArn(), invocation.clientContext(), invocation.traceId()));
        machine.wake();
        request.begins(machine::stop);
        Outcome outcome = machine.run(nanos);
        // A kept VM's stop of the last event may come late; it says nothing about this one.
        while (outcome instanceof Outcome.Stopped && contract.answer().isEmpty() && !request.abandoned() && System.nanoTime() < end) {
            outcome = machine.run(Math.max(1, end - System.nanoTime()));
        }
        request.ends();
        log.finish();
        if (request.abandoned() && contract.answer().isEmpty() && outcome instanceof Outcome.Stopped) {
            return new Handled(new Ending.Broke(Failures.cancelled(invocation.requestId())), Optional.of(Discard.CANCELLED));
        }
        return new Handled(ending(outcome, invocation, Duration.ofNanos(nanos)), unusable(outcome));
    }

    /** Only an answer and then rest, or a program's end where that is its answer, leaves a VM that can go on. */
    private Optional<Discard> unusable(Outcome outcome) {
        boolean ended = outcome instanceof Outcome.Exited(int status) && status == 0 && contract.answerAtExit().isPresent();
        boolean answered = outcome.resumable() && contract.answer().isPresent();
        return ended || answered ? Optional.empty() : Optional.of(Discard.of(outcome));
    }

    private Ending ending(Outcome outcome, Invocation invocation, Duration limit) {
        Optional<Answer> answer = contract.answer();
        if (answer.isEmpty() && outcome instanceof Outcome.Exited(int status) && status == 0) {
            answer = contract.answerAtExit();
        }
        if (answer.isEmpty()) {
            Outcome counted = outcome instanceof Outcome.Stopped
                    ? new Outcome.LimitExceeded(Outcome.Limit.TIME, "stopped") : outcome;
            return new Ending.Broke(
                    Failures.of(counted, invocation.requestId(), prepared.version().manifest(), "Task", limit));
        }
        return switch (answer.get()) {
            case Answer.Response(byte[] payload) -> new Ending.Responded(payload);
            case Answer.Error error -> new Ending.Broke(Failures.of(error));
            case Answer.TooLarge large -> new Ending.Broke(Failures.of(large));
        };
    }

    /** Runs on after an answer until the function asks for the next event; what ends the VM, if anything does. */
    Optional<Discard> settle(long nanos) {
        Outcome outcome = RestPoint.reach(machine, contract::ready, nanos);
        log.finish();
        if (!outcome.resumable() || !contract.ready()) {
            return Optional.of(outcome.resumable() ? Discard.STUCK : Discard.of(outcome));
        }
        past = Bind.KEPT;
        return log.printed() > outputLimit ? Optional.of(Discard.OUTPUT) : Optional.empty();
    }

    /** Puts the VM back to the snapshot, for the next request; why it ends, if that cannot be. */
    Optional<Discard> rollBack() {
        Contract next = prepared.contract();
        return switch (machine.rollBack(ends(prepared, next, log, outputLimit))) {
            case RollbackResult.Done(int _, int held, int _) -> {
                contract = next;
                attach();
                ownPages = held;
                past = Bind.ROLLED_BACK;
                yield contract.ready() ? Optional.empty() : Optional.of(Discard.REFUSED);
            }
            case RollbackResult.Refused(RollbackResult.Reason reason, String detail) -> {
                LOG.log(System.Logger.Level.DEBUG, "function {0}: a VM is not rolled back: {1}", prepared.version().label(), detail);
                yield Optional.of(Discard.of(reason));
            }
        };
    }

    /** What of a VM that was just rolled back is not as in its snapshot. */
    Optional<String> difference() {
        FunctionLog unheard = new FunctionLog((function, version, request, stream, text) -> {}, prepared.version(), "");
        return switch (machine.audit(ends(prepared, prepared.contract(), unheard, outputLimit))) {
            case AuditResult.Same _ -> Optional.empty();
            case AuditResult.Differs(String what) -> Optional.of(what);
        };
    }

    @Override
    public void close() {
        try {
            machine.learnWorkingSet();
        } finally {
            machine.close();
        }
    }
}
