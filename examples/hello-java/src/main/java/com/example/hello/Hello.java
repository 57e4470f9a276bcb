package com.example.hello;

import dev.thaw.sdk.Context;
import dev.thaw.sdk.Handler;
import dev.thaw.sdk.Rehearsed;
import dev.thaw.sdk.SnapshotHooks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Answers with a greeting, and with what shows that every request has a machine of its own. */
public final class Hello implements Handler<Hello.Event, Hello.Greeting>, Rehearsed, SnapshotHooks {
    /** What is read of an event: a name given directly, or in the query string of a function URL. */
    public record Event(String name, Map<String, String> queryStringParameters) {}

    public record Greeting(String message, int requestsSeen, UUID uuid, String time, String requestId) {}

    /** Every request begins at the snapshot, which was taken while this was 0. */
    private int requestsSeen;

    /** Greets somebody a few hundred times before the snapshot is taken, so that each request finds the code loaded and compiled. */
    @Override
    public List<String> rehearsals() {
        return List.of("{\"name\": \"rehearsal\"}", """
                {"version": "2.0", "rawPath": "/", "headers": {"host": "example.com"}, "queryStringParameters": {"name": "rehearsal"},
                 "requestContext": {"http": {"method": "GET"}, "timeEpoch": 1}, "isBase64Encoded": false}""");
    }

    /** Those do not count. */
    @Override
    public void beforeFreeze() {
        requestsSeen = 0;
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
