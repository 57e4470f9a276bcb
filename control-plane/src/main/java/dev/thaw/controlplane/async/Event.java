package dev.thaw.controlplane.async;

import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.topics.TopicName;
import java.util.Optional;

/**
 * An asynchronous invocation that is to be made.
 *
 * @param id             of the request, the same in every try
 * @param function       whom it is for
 * @param payload        JSON
 * @param clientContext  as in {@code Invocation}
 * @param traceId        as in {@code Invocation}
 * @param acceptedMillis when, since the epoch: its age counts from here
 * @param attempts       times that the function has failed it
 * @param deferrals      times that it could not be begun
 * @param hops           functions that have sent each other what became of this one
 * @param topic          that is to be told the payload, in which case the function is not called: it is what the payload tells of
 */
record Event(String id, FunctionReference function, byte[] payload, Optional<String> clientContext, Optional<String> traceId,
        long acceptedMillis, int attempts, int deferrals, int hops, Optional<TopicName> topic) {
    Event failed() {
        return new Event(id, function, payload, clientContext, traceId, acceptedMillis, attempts + 1, deferrals, hops, topic);
    }

    Event deferred() {
        return new Event(id, function, payload, clientContext, traceId, acceptedMillis, attempts, deferrals + 1, hops, topic);
    }
}
