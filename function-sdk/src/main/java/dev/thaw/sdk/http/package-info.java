/**
 * The event and the response of a function URL (payload format 2.0) as records, for functions that bring Jackson:
 * {@code class Site implements Handler<HttpRequest, HttpResponse>}.
 */
package dev.thaw.sdk.http;
