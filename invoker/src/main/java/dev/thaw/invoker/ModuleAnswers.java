package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;
import dev.thaw.invoker.contract.Answer;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.guest.Reply;
import java.util.Optional;
import java.util.function.BiFunction;

/** What a module inside a microVM came to, from what the runtime beside it wrote: the same answers and errors as without the VM. */
final class ModuleAnswers {
    private ModuleAnswers() {}

    /** Turns a program's whole output into an answer; the request's id goes into an error. */
    static BiFunction<String, byte[], Optional<Answer>> of(FunctionManifest manifest) {
        return (requestId, output) -> Reply.read(output).map(outcome -> answer(outcome, requestId, manifest));
    }

    private static Answer answer(WasmOutcome outcome, String requestId, FunctionManifest manifest) {
        return switch (WasmFailures.ending(outcome, requestId, manifest, manifest.timeout())) {
            case Ending.Responded(byte[] payload) -> new Answer.Response(payload);
            case Ending.Broke(Failure failure) -> new Answer.Error(Answer.Stage.INVOKE, failure.type(), failure.payload());
        };
    }
}
