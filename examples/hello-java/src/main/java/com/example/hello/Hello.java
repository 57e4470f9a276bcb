package com.example.hello;

import dev.thaw.sdk.Context;
import dev.thaw.sdk.Handler;
import dev.thaw.sdk.SnapshotHooks;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Answers with a greeting, and with what shows that every request has a machine of its own. */
public final class Hello implements Handler<Hello.Event, Hello.Greeting>, SnapshotHooks {
    /** What is read of an event: a name given directly, or in the query string of a function URL. */
    public record Event(String name, Map<String, String> queryStringParameters) {}

    public record Greeting(String message, int requestsSeen, UUID uuid, String time, String requestId) {}

    /** Every request begins at the snapshot, which was taken while this was 0. */
    private int requestsSeen;

    /** Loads now what the first use of a random UUID and of the clock would load in each request. */
    @Override
    public void beforeFreeze() {
        UUID.randomUUID();
        Instant.now().toString();
    }

    @Override
    public Greeting handle(Event event, Context context) {
        requestsSeen++;
        return new Greeting("Hello, " + name(event) + "!", requestsSeen, UUID.randomUUID(), Instant.now().toString(), context.requestId());
    }

    private static String name(Event event) {
        if (event.name() != null) {
            return event.name();
        }
        return event.queryStringParameters() == null ? "world" : event.queryStringParameters().getOrDefault("name", "world");
    }
}
