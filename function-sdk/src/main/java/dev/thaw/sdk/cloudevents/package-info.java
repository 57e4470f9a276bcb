/**
 * Handlers of CloudEvents 1.0, for functions that bring io.cloudevents:cloudevents-core and Jackson. An event is taken as
 * {@code application/cloudevents+json}, and, when it came over a function URL, also with its attributes in {@code ce-} headers.
 */
package dev.thaw.sdk.cloudevents;
