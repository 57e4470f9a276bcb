package dev.thaw.wasm;

import java.util.List;

/** What became of one request. */
public sealed interface WasmOutcome {
    /** The function answered; a command did so by returning from {@code _start} or by exit code 0. */
    record Answered(byte[] output) implements WasmOutcome {
    }

    /** The module ended itself with a code other than 0. */
    record Exited(int code, byte[] output) implements WasmOutcome {
    }

    /** @param backtrace the module's functions, innermost first; by name where the module has a name section */
    record Trapped(String message, List<String> backtrace) implements WasmOutcome {
        public Trapped {
            backtrace = List.copyOf(backtrace);
        }
    }

    /** Its deadline of wall-clock or processor time came first. */
    record TimedOut() implements WasmOutcome {
    }

    /** @param which the limit, e.g. {@code "output"}, {@code "stack"} */
    record LimitExceeded(String which) implements WasmOutcome {
    }
}
