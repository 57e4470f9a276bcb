package dev.thaw.controlplane.async;

import dev.thaw.controlplane.functions.Invoked;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.topics.RefusedException;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.PrepareException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;

/** What became of one try. */
sealed interface Outcome {
    record Succeeded(String version, byte[] payload) implements Outcome {}

    /** The function failed it: counted against its retries. */
    record Failed(String version, String errorType, String errorMessage, byte[] payload) implements Outcome {}

    /** It could not be begun, which is not the function's fault: tried again until it is too old. */
    record NotBegun(String errorType, String errorMessage) implements Outcome {}

    /** The topic that is to be told of it does not take it. */
    record Refused(String errorMessage) implements Outcome {}

    /** It waited for too long. */
    record TooOld(String errorMessage) implements Outcome {}

    /** There is no such function any more. */
    record NoFunction(String errorMessage) implements Outcome {}

    /** @param event that the function was given */
    static Outcome of(byte[] event, Invoked invoked) {
        return switch (invoked.result()) {
            case InvocationResult.Success success when TriggerBatch.isFailed(event, success.payload()) ->
                new Failed(invoked.version(), "BatchItemFailures", "the function failed records of a trigger's batch again", success.payload());
            case InvocationResult.Success success -> new Succeeded(invoked.version(), success.payload());
            case InvocationResult.FunctionError error when error.errorType().equals(InvocationResult.CANCELLED) ->
                new NotBegun(error.errorType(), error.errorMessage()); // the server ends: none of the function's tries
            case InvocationResult.FunctionError error -> new Failed(invoked.version(), error.errorType(), error.errorMessage(), error.payload());
        };
    }

    static Outcome of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof RefusedException) {
            return new Refused(message);
        }
        if (cause instanceof UnknownFunctionException) {
            return new NoFunction(message);
        }
        if (cause instanceof PrepareException unprepared && unprepared.kind() == PrepareException.Kind.INIT_FAILED) {
            return new Failed("$LATEST", unprepared.errorType(), message, unprepared.payload());
        }
        return new NotBegun(cause.getClass().getSimpleName(), message);
    }

    static byte[] nothing() {
        return "null".getBytes(StandardCharsets.UTF_8);
    }
}
