package dev.thaw.invoker;

/**
 * What one invocation took.
 *
 * @param queueNanos from the call of invoke to its turn
 * @param bindNanos of the time before its run, how long a VM was being made or rolled back for it; 0 when one stood ready
 * @param bind what that VM had been through
 * @param runNanos from the event's being offered to the whole response
 * @param residentBytes guest memory in use at the end
 * @param logTail last 4 KiB of the function's output and platform lines
 */
public record Report(long queueNanos, long bindNanos, Bind bind, long runNanos, long residentBytes, byte[] logTail) {}
