/**
 * What functions print and what the server says about itself.
 *
 * <p>{@link dev.thaw.controlplane.logs.FunctionLogs} keeps the last lines of each function in memory for readers and followers,
 * and all of them, up to a bound, in files. {@link dev.thaw.controlplane.logs.ServerLog} shapes the server's own lines; the
 * {@code thaw} command switches it on. Used by every other package of the control plane, uses none of them.
 */
package dev.thaw.controlplane.logs;
