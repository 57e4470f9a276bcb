package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;
import dev.thaw.invoker.contract.Answer;
import dev.thaw.invoker.contract.Contract;
import dev.thaw.invoker.contract.Event;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.Outcome;
import java.time.Duration;
import java.util.Optional;

/** A thawed VM of a function: takes an event, gives what became of it. Used by one thread at a time; its owner closes it. */
final class FunctionVm implements AutoCloseable {
    /** What a VM takes besides guest memory: KVM's structures, the monitor's state, its thread's stack; measured, bytes. */
    static final long OWN = 256 << 10;

    private final PreparedFunction prepared;
    private final Contract contract;
    private final FunctionLog log;
    private final Machine machine;
    private final long outputLimit;
    private Bind past = Bind.NEW;
    private boolean run;

    /**
     * An event's end.
     *
     * @param ending for the caller
     * @param end why the VM is of no more use, if it is not
     */
    record Handled(Ending ending, Optional<Discard> end) {}

    /** What became of an event: the function's response or a failure. */
    sealed interface Ending {
        record Responded(byte[] payload) implements Ending {}

        record Broke(Failure failure) implements Ending {}
    }

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
        FunctionManifest manifest = prepared.version().manifest();
        FunctionLog log = new FunctionLog(sink, prepared.version(), "");
        // A VM that is kept prints for many requests: its limit is looked at between them.
        long machineLimit = manifest.isolation() == Isolation.INSTANCE ? Long.MAX_VALUE : config.outputLimit();
        Machine machine = Machine.thaw(
                PreparedFunction.machine(manifest, prepared.image(), contract, log, machineLimit), prepared.snapshot());
        contract.attach(machine);
        contract.whenAnswered(machine::stop);
        if (manifest.isolation() == Isolation.INSTANCE) {
            contract.whenReady(machine::stop);
        }
        return new FunctionVm(prepared, contract, log, machine, config.outputLimit());
    }

    FunctionLog log() {
        return log;
    }

    /** What this VM has been through. */
    Bind past() {
        return past;
    }

    boolean hasRun() {
        return run;
    }

    /**
     * Memory that this VM holds for itself, an estimate from above without asking the host: guest frames in use, those included that it
     * may still share with the snapshot, and {@link #OWN}.
     */
    long privateBytes() {
        return machine.residentBytes() + OWN;
    }

    long residentBytes() {
        return machine.residentBytes();
    }

    /** Hands the event over and runs until there is an answer or an end. */
    Handled handle(Invocation invocation, long nanos) {
        FunctionVersion version = prepared.version();
        long end = System.nanoTime() + nanos;
        run = true;
        log.begin(invocation.requestId());
        contract.offer(new Event(invocation.requestId(), invocation.event(), System.currentTimeMillis() + nanos / 1_000_000,
                version.functionArn(), invocation.clientContext(), invocation.traceId()));
        machine.wake();
        Outcome outcome = machine.run(nanos);
        // A kept VM's stop of the last event may come late; it says nothing about this one.
        while (outcome instanceof Outcome.Stopped && contract.answer().isEmpty() && System.nanoTime() < end) {
            outcome = machine.run(Math.max(1, end - System.nanoTime()));
        }
        log.finish();
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

    @Override
    public void close() {
        try {
            machine.learnWorkingSet();
        } finally {
            machine.close();
        }
    }
}
