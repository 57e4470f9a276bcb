package dev.thaw.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What {@link HttpBench} sends requests to.
 *
 * @param id        of its series
 * @param function  the name that the request carries
 * @param yardstick whether it is not Thaw
 */
record HttpTarget(String id, String name, String function, boolean yardstick, Connector connector) {
    /** Opens a connection, which the caller closes. */
    @FunctionalInterface
    interface Connector {
        HttpConnection open() throws IOException;
    }

    /** One request and its answer. @throws IOException when it is no success */
    void exchange(HttpConnection connection, byte[] request) throws IOException {
        HttpConnection.Reply reply = connection.exchange(request);
        if (reply.status() != 200) {
            throw new IOException(name + " answers with status " + reply.status() + " " + new String(reply.body(), StandardCharsets.UTF_8));
        }
    }
}
