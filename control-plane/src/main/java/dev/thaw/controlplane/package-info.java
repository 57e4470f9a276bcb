/**
 * The server of Thaw on one machine: an HTTP API over a registry of functions and an embedded invoker.
 *
 * <p>{@link dev.thaw.controlplane.Server} is what the {@code thaw} command and embedding programs start; they may use
 * the types of this package, {@code auth} to sign requests, and the HTTP API, nothing of the other packages below it. Those are, from
 * the inside out: {@code data} (SQLite files), {@code packages} (an uploaded zip becomes a checked folder), {@code logs} (what functions
 * print), {@code functions} (registry, deploys, versions), {@code topics} (Kafka topics that are
 * told), {@code async} (events that wait), {@code lambda} (Lambda's operations) and
 * {@code http} (routes, invocation, errors, metrics page). The event loops of Vert.x
 * only parse and route; everything that waits runs on threads of the server's own.
 */
package dev.thaw.controlplane;
