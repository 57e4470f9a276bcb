package dev.thaw.controlplane.functions;

import dev.thaw.invoker.InvocationResult;

/**
 * An invocation that reached a VM.
 *
 * @param version that answered: a number, or {@code $LATEST}
 * @param result  what became of it
 */
public record Invoked(String version, InvocationResult result) {}
