package dev.thaw.invoker;

import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmRun;
import java.time.Duration;

/**
 * A function version with its image: instances can be made.
 *
 * @param storedBytes of the compiled module and its image in the store
 */
record PreparedModule(FunctionVersion version, WasmImage image, long storedBytes) {
    /**
     * What became of a request.
     *
     * @param end why the instance is counted as gone
     * @param bind what the instance had been through: one that answered is put back to the image and taken again
     * @param bindNanos of the run, how long the instance was being made
     * @param bytes memory that the instance had for itself
     */
    record Ran(Ending ending, Discard end, Bind bind, long bindNanos, long bytes) {
        /** The same, having been ended because its caller went away. */
        Ran cancelled(String requestId) {
            return new Ran(new Ending.Broke(Failures.cancelled(requestId)), Discard.CANCELLED, bind, bindNanos, bytes);
        }
    }

    /** Runs a request in an instance of its own, on this thread. @param log takes what the module prints to standard error; @param limit wall clock */
    Ran run(Invocation invocation, FunctionLog log, long outputLimit, Duration limit) {
        FunctionManifest manifest = version.manifest();
        WasmRun run = image.serve(new WasmCall(invocation.requestId(), invocation.event(), new ErrorStream(log, outputLimit), limit));
        log.finish();
        return new Ran(WasmFailures.ending(run.outcome(), invocation.requestId(), manifest, limit), WasmFailures.end(run.outcome()),
                run.rolledBack() ? Bind.ROLLED_BACK : Bind.NEW, run.bindNanos(), run.ownBytes());
    }
}
