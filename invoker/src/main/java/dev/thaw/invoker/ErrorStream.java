package dev.thaw.invoker;

import dev.thaw.vmm.OutputSink;
import dev.thaw.wasm.WasmLimitException;
import java.io.OutputStream;

/** A module's standard error, on its way to the function's log; ends a module that prints more than it may. Of one request. */
final class ErrorStream extends OutputStream {
    /** What the limit is called. */
    static final String LIMIT = "log";

    private final OutputSink log;
    private long left;

    /** @param limit bytes */
    ErrorStream(FunctionLog log, long limit) {
        this.log = log.stderr();
        this.left = limit;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int at, int length) {
        if (length > left) {
            throw new WasmLimitException(LIMIT);
        }
        left -= length;
        log.write(bytes, at, length);
    }
}
