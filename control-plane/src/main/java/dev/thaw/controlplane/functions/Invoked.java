package dev.thaw.controlplane.functions;

import dev.thaw.invoker.InvocationResult;

/**
 * An invocation that reached a VM.
 *
 * @param version that answered
 * @param result  what became of it
 */
public record Invoked(int version, InvocationResult result) {}
