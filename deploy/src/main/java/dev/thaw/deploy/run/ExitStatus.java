package dev.thaw.deploy.run;

import dev.thaw.vmm.Outcome;
import dev.thaw.wasm.WasmOutcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code thaw run} ends with, and what it says about it.
 *
 * @param status the program's own, or one that a shell or timeout(1) uses
 * @param message for standard error; empty when the program's end speaks for itself
 */
public record ExitStatus(int status, Optional<String> message) {
    /** Thaw failed, not the program; as env(1), timeout(1) and docker run have it. */
    public static final int OWN_FAILURE = 125;
    /** timeout(1): the time limit was reached. */
    private static final int TIMED_OUT = 124;
    /** A shell's status of a program that a signal ended, less the signal's number. */
    private static final int SIGNALLED = 128;
    private static final int SIGABRT = 6;
    private static final int SIGKILL = 9;
    private static final int SIGPIPE = 13;

    /** The status of an outcome that is no {@link Outcome.Idle}. */
    public static ExitStatus of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int status) -> new ExitStatus(status, Optional.empty());
            case Outcome.Killed(int signal, String cause) ->
                    new ExitStatus(SIGNALLED + signal, Optional.of("ended by signal " + signal + ": " + cause));
            case Outcome.LimitExceeded(Outcome.Limit limit, String detail) -> ofLimit(limit, detail);
            case Outcome.Failed(String cause) -> new ExitStatus(OWN_FAILURE, Optional.of(cause));
            // the reader of our standard output has gone, which natively is the program's SIGPIPE
            case Outcome.Stopped stopped -> new ExitStatus(SIGNALLED + SIGPIPE, Optional.empty());
            case Outcome.Idle idle -> throw new IllegalArgumentException("the program has not ended");
        };
    }

    /** The status of a WebAssembly module's end. */
    public static ExitStatus of(WasmOutcome outcome) {
        return switch (outcome) {
            case WasmOutcome.Answered _ -> new ExitStatus(0, Optional.empty());
            case WasmOutcome.Exited(int code, byte[] _) -> new ExitStatus(code & 0xff, Optional.empty());
            case WasmOutcome.Trapped(String message, List<String> backtrace) -> new ExitStatus(SIGNALLED + SIGABRT,
                    Optional.of("trap: " + message + backtrace.stream().map(frame -> "\n    at " + frame).collect(Collectors.joining())));
            case WasmOutcome.TimedOut _ -> new ExitStatus(TIMED_OUT, Optional.of("the time limit was reached"));
            case WasmOutcome.LimitExceeded(String which) -> new ExitStatus(SIGNALLED + SIGKILL, Optional.of("the limit of " + which
                    + " was reached" + (which.equals("memory") ? "; give more with --memory" : "")));
        };
    }

    private static ExitStatus ofLimit(Outcome.Limit limit, String detail) {
        return switch (limit) {
            case TIME -> new ExitStatus(TIMED_OUT, Optional.of("the time limit was reached (" + detail + ")"));
            case MEMORY -> new ExitStatus(SIGNALLED + SIGKILL,
                    Optional.of("the memory limit was reached (" + detail + "); give more with --memory"));
            case OUTPUT -> new ExitStatus(SIGNALLED + SIGKILL, Optional.of("the output limit was reached: " + detail));
        };
    }
}
