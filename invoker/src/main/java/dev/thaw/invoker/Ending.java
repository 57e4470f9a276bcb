package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;

/** What became of an event: the function's response or a failure. */
sealed interface Ending {
    record Responded(byte[] payload) implements Ending {}

    record Broke(Failure failure) implements Ending {}
}
