package dev.thaw.wasm;

import java.io.OutputStream;
import java.time.Duration;

/**
 * One request.
 *
 * @param id    the request's id, as the platform's log names it
 * @param input the event: standard input of a command, the argument of a handler
 * @param log   takes what the module writes to standard error, from the calling thread, until {@code run} returns
 * @param wall  wall-clock time the request may take, positive
 * @param cpu   processor time it may take, positive; bounded by {@code wall} in any case
 */
public record WasmCall(String id, byte[] input, OutputStream log, Duration wall, Duration cpu) {
    public WasmCall {
        if (wall.isNegative() || wall.isZero() || cpu.isNegative() || cpu.isZero()) {
            throw new IllegalArgumentException("a request's limits of time must be positive");
        }
    }

    /** A request bounded by wall-clock time alone. */
    public WasmCall(String id, byte[] input, OutputStream log, Duration wall) {
        this(id, input, log, wall, wall);
    }
}
