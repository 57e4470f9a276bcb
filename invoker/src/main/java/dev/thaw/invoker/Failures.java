package dev.thaw.invoker;

import dev.thaw.invoker.contract.Answer;
import dev.thaw.invoker.contract.HttpContract;
import dev.thaw.vmm.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What goes wrong, in the names that Lambda has for it. */
final class Failures {
    private static final String CANCELLED = InvocationResult.CANCELLED;
    /** signal(7) on x86-64, in the words that Lambda's own runtime supervisor uses. */
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(Map.entry(1, "hangup"), Map.entry(2, "interrupt"),
            Map.entry(3, "quit"), Map.entry(4, "illegal instruction"), Map.entry(5, "trace/breakpoint trap"),
            Map.entry(6, "aborted"), Map.entry(7, "bus error"), Map.entry(8, "floating point exception"),
            Map.entry(9, "killed"), Map.entry(11, "segmentation fault"), Map.entry(13, "broken pipe"),
            Map.entry(14, "alarm clock"), Map.entry(15, "terminated"), Map.entry(31, "bad system call"));

    /**
     * @param message for the caller
     * @param payload Lambda's JSON
     * @param cause for the operator, one line
     * @param ours whether the platform failed and not the function
     */
    record Failure(String type, String message, byte[] payload, String cause, boolean ours) {}

    private Failures() {}

    static PrepareException platform(String message, Throwable cause) {
        PrepareException exception = new PrepareException(PrepareException.Kind.PLATFORM, "Sandbox.Failure", message,
                ErrorJson.of("Sandbox.Failure", message), List.of());
        exception.initCause(cause);
        return exception;
    }

    /** A VM's end without an answer. {@code doing} is "Task" or "Init". */
    static Failure of(Outcome outcome, String requestId, FunctionManifest manifest, String doing, Duration limit) {
        return switch (outcome) {
            case Outcome.Exited(int status) when unheard(manifest, doing) -> endedUnheard(requestId, "ended with status " + status);
            case Outcome.Killed(int signal, String cause) when unheard(manifest, doing) -> endedUnheard(requestId,
                    "was ended by signal " + signal + " (" + SIGNALS.getOrDefault(signal, cause) + ")");
            case Outcome.Exited(int status) -> failure(requestId, "Runtime.ExitError", status == 0
                            ? "Runtime exited without providing a reason"
                            : "Runtime exited with error: exit status " + status,
                    "the program exited with status " + status + " and gave no answer");
            case Outcome.Killed(int signal, String cause) -> failure(requestId, "Runtime.ExitError",
                    "Runtime exited with error: signal: " + SIGNALS.getOrDefault(signal, Integer.toString(signal)),
                    "ended by signal " + signal + ": " + cause);
            case Outcome.LimitExceeded(Outcome.Limit reached, String detail) ->
                limit(reached, detail, requestId, manifest, doing, limit);
            case Outcome.Idle() when unheard(manifest, doing) -> notListening(requestId, "and waits for something else");
            case Outcome.Idle() -> failure(requestId, "Runtime.Deadlock",
                    doing + " waits for something that cannot come: it asks for no event and nothing else can wake it",
                    "every task waits and none for an event");
            case Outcome.Stopped() -> failure(requestId, "Sandbox.Stopped", doing + " was stopped because Thaw ends",
                    "stopped by the host");
            case Outcome.Failed(String cause) -> sandbox(requestId, cause);
        };
    }

    private static Failure limit(Outcome.Limit reached, String detail, String requestId, FunctionManifest manifest,
            String doing, Duration limit) {
        if (reached == Outcome.Limit.TIME && unheard(manifest, doing)) {
            return notListening(requestId, String.format(Locale.ROOT, "within %.2f seconds", limit.toMillis() / 1000.0));
        }
        return switch (reached) {
            case TIME -> failure(requestId, "Sandbox.Timedout",
                    String.format(Locale.ROOT, "%s timed out after %.2f seconds", doing, limit.toMillis() / 1000.0),
                    "ran into its time limit of " + limit.toMillis() + " ms");
            case MEMORY -> failure(requestId, "Runtime.OutOfMemory",
                    doing + " ran out of its " + manifest.memoryMb() + " MB of memory", "ran out of memory: " + detail);
            case OUTPUT -> outputLimit(requestId, doing, detail);
        };
    }

    private static boolean unheard(FunctionManifest manifest, String doing) {
        return manifest.runtime() == Runtime.HTTP && doing.equals("Init");
    }

    private static Failure notListening(String requestId, String how) {
        String what = "the program did not listen on $PORT (" + HttpContract.PORT + ") " + how;
        return failure(requestId, "Runtime.NotListening", what, what);
    }

    /** What it printed goes with the exception that this becomes: {@link PrepareException#logLines}. */
    private static Failure endedUnheard(String requestId, String how) {
        String what = "the program " + how + " before anything listened on $PORT (" + HttpContract.PORT
                + "): 'command' in function.yaml must name a server that listens there and stays in the foreground";
        return failure(requestId, "Runtime.ExitError", what, what);
    }

    /** A request that the manifest has for before the freeze. */
    static Failure rehearsal(String requestId, String path, String how) {
        String what = "the function failed at its own rehearsal, GET " + path + " (field 'rehearse' of function.yaml): " + how;
        return failure(requestId, "Runtime.RehearsalFailed", what, what);
    }

    static Failure outputLimit(String requestId, String doing, String detail) {
        return failure(requestId, "Runtime.OutputLimitExceeded", doing + " printed more than it may",
                "printed more than its output limit: " + detail);
    }

    /** An answer that is no result. */
    static Failure of(Answer.Error error) {
        String message = ErrorJson.message(error.payload());
        String stage = error.stage().name().toLowerCase(Locale.ROOT);
        return new Failure(error.errorType(), message, error.payload(),
                "the function reported " + oneLine(error.errorType()) + " (" + stage + "): " + oneLine(message), false);
    }

    static Failure of(Answer.TooLarge large) {
        return responseTooLarge(large.bytes(), large.limit());
    }

    static Failure responseTooLarge(long bytes, long limit) {
        String message = "Response payload size (" + bytes + " bytes) exceeded maximum allowed payload size (" + limit + " bytes).";
        return new Failure("Function.ResponseSizeTooLarge", message,
                ErrorJson.of("Function.ResponseSizeTooLarge", message), "the response had " + bytes + " bytes", false);
    }

    /** The program could not be loaded. */
    static Failure entrypoint(String requestId, String message) {
        return failure(requestId, "Runtime.InvalidEntrypoint", message, "cannot be started: " + message);
    }

    /** Its caller went away while it ran, or the server ends. */
    static Failure cancelled(String requestId) {
        return failure(requestId, CANCELLED, "Task was ended: its caller went away", "ended because its caller went away, or the server ends");
    }

    /** The platform's own fault; the caller is told no more than that. */
    static Failure sandbox(String requestId, String cause) {
        String message = "RequestId: " + requestId + " Error: the sandbox failed";
        return new Failure("Sandbox.Failure", message, ErrorJson.of("Sandbox.Failure", message), oneLine(cause), true);
    }

    private static Failure failure(String requestId, String type, String what, String cause) {
        return of(requestId, type, what, cause, List.of());
    }

    /** @param stackTrace where the function was, innermost first; may be empty */
    static Failure of(String requestId, String type, String what, String cause, List<String> stackTrace) {
        String message = "RequestId: " + requestId + " Error: " + what;
        return new Failure(type, message, ErrorJson.of(type, message, stackTrace), oneLine(cause), false);
    }

    /** A stranger's text fit for one line of a log. */
    static String oneLine(String text) {
        String cut = text.length() > 400 ? text.substring(0, 400) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}+", " ");
    }
}
