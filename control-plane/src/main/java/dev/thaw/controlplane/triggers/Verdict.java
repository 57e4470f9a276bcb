package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.functions.Invoked;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.PrepareException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** What became of one delivery of a batch. */
sealed interface Verdict {
    /** All of it is done. */
    record Handled() implements Verdict {}

    /** The function failed it all: one attempt. */
    record Failed(Failure failure) implements Verdict {}

    /** The function answered that it failed records, the first of them at this offset of the batch; those before are done. One attempt. */
    record FailedFrom(long offset, Failure failure) implements Verdict {}

    /** It could not be begun, which is not the function's fault and no attempt. */
    record NotBegun(String reason) implements Verdict {}

    /** Its event is larger than an invocation's may be. */
    record TooLarge() implements Verdict {}

    /**
     * How the function failed.
     *
     * @param version   that failed: a number, or {@code $LATEST}
     * @param payload   what it answered
     * @param unhandled whether it failed as a whole; else it answered that records failed
     */
    record Failure(String version, String errorType, String errorMessage, byte[] payload, boolean unhandled) {}

    /** @param itemFailures whether the answer may name the records that failed */
    static Verdict of(Batch batch, Invoked invoked, boolean itemFailures) {
        return switch (invoked.result()) {
            case InvocationResult.FunctionError error when error.errorType().equals(InvocationResult.CANCELLED) ->
                    new NotBegun("the function was ended, by the server and not for its own fault");
            case InvocationResult.FunctionError error ->
                    new Failed(new Failure(invoked.version(), error.errorType(), error.errorMessage(), error.payload(), true));
            case InvocationResult.Success success -> itemFailures ? ofAnswer(batch, invoked.version(), success.payload()) : new Handled();
        };
    }

    private static Verdict ofAnswer(Batch batch, String version, byte[] payload) {
        return switch (ItemFailures.of(payload, batch)) {
            case ItemFailures.None _ -> new Handled();
            case ItemFailures.From(long offset) -> new FailedFrom(offset, new Failure(version, "BatchItemFailures",
                    "the function failed records of " + batch.topic() + "-" + batch.partition() + " from offset " + offset + " on", payload, false));
            case ItemFailures.Unreadable(String why) -> new Failed(new Failure(version, "InvalidBatchItemFailures", why, payload, false));
        };
    }

    static Verdict of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
        if (cause instanceof PrepareException unprepared && unprepared.kind() == PrepareException.Kind.INIT_FAILED) {
            return new Failed(new Failure("$LATEST", unprepared.errorType(), message, unprepared.payload(), true));
        }
        return new NotBegun(cause instanceof UnknownFunctionException ? message : "the function could not be begun: " + message);
    }
}
