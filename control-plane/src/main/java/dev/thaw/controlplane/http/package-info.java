/**
 * The HTTP API: {@link dev.thaw.controlplane.http.Api} is the table of routes, a class for each group of them.
 *
 * <p>Handlers run on the event loop and never wait: small JSON is parsed there, everything larger or slower goes to
 * {@link dev.thaw.controlplane.http.Work}. Failures of any layer become Lambda's error shape in one place,
 * {@link dev.thaw.controlplane.http.Problem}. Made by {@code Server}, used by nobody else.
 */
package dev.thaw.controlplane.http;
