/**
 * The functions of this server: what is deployed, which version answers, and how a new one takes its place.
 *
 * <p>{@link dev.thaw.controlplane.functions.Functions} is the way in, for {@code http}. It knows nothing of HTTP. What must
 * survive the process stands in {@link dev.thaw.controlplane.functions.Registry}; everything else can be made again from the
 * packages.
 */
package dev.thaw.controlplane.functions;
