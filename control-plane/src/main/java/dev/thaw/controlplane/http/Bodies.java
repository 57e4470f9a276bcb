package dev.thaw.controlplane.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads request bodies into memory, up to a limit. */
final class Bodies {
    private Bodies() {}

    /**
     * Reads a body on the event loop; called before the handler returns for the first time.
     *
     * @param limit bytes; beyond it the future fails with {@link Problem#tooLarge}, and the rest is read and dropped, so that the
     *              client gets to see the answer
     */
    static Future<byte[]> read(HttpServerRequest request, int limit) {
        Promise<byte[]> done = Promise.promise();
        if (declaredLength(request) > limit) {
            request.handler(_ -> { });
            return Future.failedFuture(Problem.tooLarge("Request", limit));
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > limit) {
                request.handler(_ -> { });
                done.tryFail(Problem.tooLarge("Request", limit));
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> done.tryComplete(body.getBytes()));
        request.exceptionHandler(done::tryFail);
        return done.future();
    }

    /** What Content-Length says, 0 without one; a number that the HTTP decoder let pass. */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.trim());
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
