/**
 * The program that runs a handler in its VM: {@link dev.thaw.sdk.runtime.Main} loads it, waits to be frozen, and answers events over
 * the AWS Lambda Runtime API. Functions use nothing of it; the JUnit extension runs the same loop without a VM.
 *
 * <p>What is loaded here is in the snapshot of every Java function, so it is little: one socket, HTTP by hand, no thread of its own,
 * and no JSON but the one that the function brings.
 */
package dev.thaw.sdk.runtime;
