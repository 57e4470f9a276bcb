/**
 * The functions of this server: what is deployed, which version answers, and how a new one takes its place.
 *
 * <p>{@link dev.thaw.controlplane.functions.Functions} is the way in, for {@code http} and {@code lambda}. It knows nothing of HTTP. What
 * must survive the process stands in {@link dev.thaw.controlplane.functions.Registry} as a
 * {@link dev.thaw.controlplane.functions.FunctionDefinition} a function; everything else can be made again from the packages. A function
 * has versions, which never change, and {@code $LATEST}, which is one of them after {@code thaw deploy} and a state without a number after
 * a change through Lambda's API.
 */
package dev.thaw.controlplane.functions;
