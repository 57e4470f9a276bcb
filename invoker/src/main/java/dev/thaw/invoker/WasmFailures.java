package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;
import dev.thaw.invoker.contract.Contract;
import dev.thaw.wasm.WasmOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What became of a WebAssembly instance, in the names that Lambda has for it: the same as of a VM where both can end so. */
final class WasmFailures {
    private WasmFailures() {}

    static Ending ending(WasmOutcome outcome, String requestId, FunctionManifest manifest, Duration limit) {
        return switch (outcome) {
            case WasmOutcome.Answered(byte[] output) when output.length > Contract.MAX_RESPONSE -> broke(Failures.responseTooLarge(
                    output.length, Contract.MAX_RESPONSE));
            case WasmOutcome.Answered(byte[] output) -> new Ending.Responded(output);
            case WasmOutcome.Exited(int code, byte[] _) -> broke(Failures.of(requestId, "Runtime.ExitError",
                    "Runtime exited with error: exit status " + code, "the module exited with status " + code, List.of()));
            case WasmOutcome.Trapped(String message, List<String> backtrace) -> broke(Failures.of(requestId, "Runtime.Trap",
                    "Runtime exited with error: trap: " + Failures.oneLine(message),
                    "trapped: " + message + backtrace.stream().findFirst().map(at -> " at " + at).orElse(""), backtrace));
            case WasmOutcome.TimedOut() -> broke(timedOut(requestId, limit));
            case WasmOutcome.LimitExceeded(String which) -> broke(switch (which) {
                case "time" -> timedOut(requestId, limit);
                case "output" -> Failures.responseTooLarge(Contract.MAX_RESPONSE + 1L, Contract.MAX_RESPONSE);
                case ErrorStream.LIMIT -> Failures.outputLimit(requestId, "Task", "standard error");
                case "memory" -> Failures.of(requestId, "Runtime.OutOfMemory",
                        "Task ran out of its " + manifest.memoryMb() + " MB of memory", "ran out of memory", List.of());
                case String other -> Failures.of(requestId, "Runtime.LimitExceeded", "Task exceeded its limit of " + other,
                        "exceeded its limit of " + other, List.of());
            });
        };
    }

    private static Ending broke(Failure failure) {
        return new Ending.Broke(failure);
    }

    private static Failure timedOut(String requestId, Duration limit) {
        return Failures.of(requestId, "Sandbox.Timedout",
                String.format(Locale.ROOT, "Task timed out after %.2f seconds", limit.toMillis() / 1000.0),
                "ran into its time limit of " + limit.toMillis() + " ms", List.of());
    }

    /** Why the instance is counted as gone. */
    static Discard end(WasmOutcome outcome) {
        return switch (outcome) {
            case WasmOutcome.Answered _ -> Discard.USED;
            case WasmOutcome.Exited _ -> Discard.EXITED;
            case WasmOutcome.Trapped _ -> Discard.KILLED;
            case WasmOutcome.TimedOut _ -> Discard.TIMEOUT;
            case WasmOutcome.LimitExceeded(String which) -> switch (which) {
                case "time" -> Discard.TIMEOUT;
                case "output", ErrorStream.LIMIT -> Discard.OUTPUT;
                case "memory" -> Discard.MEMORY;
                case String _ -> Discard.KILLED;
            };
        };
    }
}
