package dev.thaw.sdk;

import java.util.List;

/**
 * A handler that names events to practise with. Before the snapshot it is given each of them many times, as if they came from outside,
 * from reading the event to writing the response, which is dropped. What that loads, links and compiles is in the snapshot, and no
 * request has to do it again: a first request is as fast as a later one.
 *
 * <p>Only for events that do nothing outside of the function. {@link Context#requestId} says {@code rehearsal}.
 */
@FunctionalInterface
public interface Rehearsed {
    /** Events, mostly JSON, each of a form that requests have. What the handler throws at one of them fails the deployment. */
    List<String> rehearsals();
}
