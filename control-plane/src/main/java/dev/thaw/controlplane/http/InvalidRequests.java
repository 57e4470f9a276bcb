package dev.thaw.controlplane.http;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;

/** What is no HTTP, or has a longer line or more headers than are read: it comes to no route, and is answered as all that is refused. */
public final class InvalidRequests {
    private InvalidRequests() {}

    /** Answers, and closes the connection: where the next request on it would begin is not known. */
    public static void refuse(HttpServerRequest request) {
        Problem problem = request.decoderResult().cause() instanceof TooLongFrameException
                ? Problem.refused(413, "RequestTooLargeException", "The request's line or its headers are too long")
                : Problem.invalidContent("The request is no HTTP that can be read");
        request.response().setStatusCode(problem.status()).putHeader("Content-Type", "application/json").putHeader("Connection", "close")
                .putHeader(Replies.REQUEST_ID, UUID.randomUUID().toString()).putHeader("x-amzn-ErrorType", problem.type())
                .end(Buffer.buffer(problem.body())).onComplete(_ -> request.connection().close());
    }
}
