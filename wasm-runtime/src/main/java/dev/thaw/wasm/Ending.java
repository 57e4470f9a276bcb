package dev.thaw.wasm;

import run.endive.wasm.WasmEngineException;

/** What a throwable that ended an instance means. */
final class Ending {
    private Ending() {
    }

    static WasmOutcome of(Throwable failure, HostCall host, FunctionNames names, Deadline deadline) {
        if (deadline.expired()) {
            return new WasmOutcome.TimedOut();
        }
        return switch (failure) {
            case WasmExit exit when exit.code() == 0 -> new WasmOutcome.Answered(host.output());
            case WasmExit exit -> new WasmOutcome.Exited(exit.code(), host.output());
            case WasmLimitException limit -> new WasmOutcome.LimitExceeded(limit.which());
            case StackOverflowError _ -> new WasmOutcome.LimitExceeded("stack");
            case OutOfMemoryError _ -> new WasmOutcome.LimitExceeded("memory of the host");
            case WasmEngineException engine when engine.getCause() instanceof StackOverflowError -> new WasmOutcome.LimitExceeded("stack");
            default -> new WasmOutcome.Trapped(message(failure), names.backtrace(failure));
        };
    }

    /** An engine's message is for the author; what is no engine's exception is an index or a null that Endive did not check. */
    private static String message(Throwable failure) {
        return switch (failure) {
            case WasmTrap trap -> String.valueOf(trap.getMessage());
            case WasmEngineException engine -> String.valueOf(engine.getMessage());
            case ArithmeticException arithmetic -> String.valueOf(arithmetic.getMessage());
            default -> failure.getClass().getSimpleName() + ": " + failure.getMessage();
        };
    }
}
