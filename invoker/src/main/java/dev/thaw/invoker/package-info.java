/**
 * One host's functions: reads their manifests, boots and freezes them, thaws a VM for each request, limits and meters it.
 *
 * <p>{@link dev.thaw.invoker.Invoker} is the way in, for the control plane and for benchmarks. What a function and the VM say to each
 * other stands in {@code contract}.
 */
package dev.thaw.invoker;
