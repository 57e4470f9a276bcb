package dev.thaw.sdk.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Goes the way of an event before the snapshot, against nobody: what that loads, links and compiles, no request has to. */
final class Rehearsal {
    /** Beyond HotSpot's Tier3InvocationThreshold (200): what is called in every event is compiled. */
    private static final int ROUNDS = 300;
    private static final long ENOUGH_NANOS = 3_000_000_000L;
    private static final String ID = "rehearsal";
    private static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    private final RuntimeEnvironment environment;

    Rehearsal(RuntimeEnvironment environment) {
        this.environment = environment;
    }

    /** With the events that the handler names; with none of them, but for the way to the handler, else. */
    void run(HandlerLoader.Loaded handler) throws Exception {
        EventFunction nothing = (event, context) -> {
            context.remaining();
            context.logger().isLoggable(System.Logger.Level.INFO);
            return event;
        };
        List<String> events = handler.rehearsals().isEmpty() ? List.of("{}") : handler.rehearsals();
        EventFunction function = handler.rehearsals().isEmpty() ? nothing : handler.function();
        long end = System.nanoTime() + ENOUGH_NANOS;
        for (int round = 0; round == 0 || round < ROUNDS && System.nanoTime() < end; round++) {
            for (String event : events) {
                once(event.getBytes(StandardCharsets.UTF_8), function);
            }
        }
    }

    private void once(byte[] payload, EventFunction function) throws Exception {
        byte[] event = message("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: " + ID + "\r\nLambda-Runtime-Deadline-Ms: "
                + (System.currentTimeMillis() + 60_000) + "\r\nLambda-Runtime-Trace-Id: Root=0\r\n", payload);
        byte[] twice = new byte[2 * event.length + ACCEPTED.length()];
        System.arraycopy(event, 0, twice, 0, event.length);
        System.arraycopy(ACCEPTED.getBytes(StandardCharsets.US_ASCII), 0, twice, event.length, ACCEPTED.length());
        System.arraycopy(event, 0, twice, event.length + ACCEPTED.length(), event.length);
        try (RuntimeClient client = new RuntimeClient(new ByteArrayInputStream(twice), OutputStream.nullOutputStream(), () -> {})) {
            RuntimeEvent first = client.first();
            RuntimeClient.Outcome outcome = RuntimeLoop.outcome(environment, function, first);
            if (!outcome.good()) {
                throw new RuntimeFault("Runtime.RehearsalFailed", "the function failed at its own rehearsal "
                        + new String(payload, StandardCharsets.UTF_8) + ": " + new String(outcome.body(), StandardCharsets.UTF_8));
            }
            client.answer(first, outcome);
        }
    }

    private static byte[] message(String head, byte[] body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write((head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        all.write(body);
        return all.toByteArray();
    }
}
