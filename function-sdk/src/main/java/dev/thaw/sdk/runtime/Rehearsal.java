package dev.thaw.sdk.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Goes the way of an event once before the snapshot, against nobody: what that loads and links, no request has to. */
final class Rehearsal {
    private static final String EVENT = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 0\r\nLambda-Runtime-Deadline-Ms: 1\r\n"
            + "Lambda-Runtime-Trace-Id: Root=0\r\nContent-Length: 2\r\n\r\n{}";
    private static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    private Rehearsal() {}

    static void run(RuntimeEnvironment environment) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream((EVENT + ACCEPTED + EVENT).getBytes(StandardCharsets.US_ASCII));
        try (RuntimeClient client = new RuntimeClient(in, OutputStream.nullOutputStream(), () -> {})) {
            RuntimeEvent event = client.first();
            InvocationContext context = new InvocationContext(environment, event);
            context.remaining();
            context.logger().isLoggable(System.Logger.Level.INFO);
            client.answer(event, RuntimeClient.Outcome.response(event.payload()));
        }
    }
}
