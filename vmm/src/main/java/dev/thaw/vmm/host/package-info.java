/**
 * The libc calls that the monitor makes of its own host, through the Foreign Function and Memory API.
 *
 * <p>One class an area; each call is a {@code static final} method handle used with {@code invokeExact}. A failed call
 * throws {@link dev.thaw.vmm.host.HostException} with its errno, or returns {@code -errno} where failing is ordinary
 * (the name of such a method says so). Only {@code dev.thaw.vmm} calls this package.
 */
package dev.thaw.vmm.host;
