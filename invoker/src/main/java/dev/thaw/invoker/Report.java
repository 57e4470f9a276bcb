package dev.thaw.invoker;

/**
 * What one invocation took.
 *
 * @param queueNanos from the call of invoke to its turn
 * @param bindNanos getting a VM that stands at the snapshot
 * @param runNanos from the event's being offered to the whole response
 * @param residentBytes guest memory in use at the end
 * @param logTail last 4 KiB of the function's output and platform lines
 * @param stateKept whether the VM lives on for later requests (isolation: instance)
 */
public record Report(
        long queueNanos, long bindNanos, long runNanos, long residentBytes, byte[] logTail, boolean stateKept) {}
