package dev.thaw.controlplane.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.UUID;

/** One request body on its way into a file, as fast as the disk takes it and no further than a limit. Lives on the event loop. */
public final class Upload {
    private static final String KEPT = "thaw.upload";

    private final HttpServerRequest request;
    private final AsyncFile file;
    private final long limit;
    private final Promise<Void> done = Promise.promise();
    private long received;
    /** Chunks on their way to the disk. */
    private int writing;
    private boolean ended;

    private Upload(HttpServerRequest request, AsyncFile file, long limit) {
        this.request = request;
        this.file = file;
        this.limit = limit;
    }

    /**
     * Stores the body in a new file of {@code folder}, mode 0600; the caller removes it. After a failure there is none.
     *
     * @param limit bytes; {@link Problem#tooLarge} beyond
     */
    public static Future<Path> toFile(RoutingContext context, Path folder, long limit) {
        HttpServerRequest request = context.request();
        Path kept = context.remove(KEPT);
        if (kept != null) {
            return context.vertx().fileSystem().props(kept.toString()).compose(file -> {
                if (file.size() <= limit) {
                    return Future.succeededFuture(kept);
                }
                keep(context, kept); // removed with the answer
                return Future.failedFuture(Problem.tooLarge("The package", limit));
            });
        }
        if (Bodies.declaredLength(request) > limit) {
            return Future.failedFuture(Problem.tooLarge("The package", limit));
        }
        request.pause();
        Path path = folder.resolve("upload-" + UUID.randomUUID());
        FileSystem files = context.vertx().fileSystem();
        OpenOptions options = new OpenOptions().setCreateNew(true).setWrite(true).setRead(false).setPerms("rw-------");
        return files.open(path.toString(), options)
                .compose(file -> new Upload(request, file, limit).run(context.response().closed()))
                .map(path)
                .recover(failure -> files.delete(path.toString()).transform(_ -> Future.failedFuture(failure)));
    }

    /** Hands on a body that was stored, to who stores it next; removed with the answer when nobody does. */
    static void keep(RoutingContext context, Path file) {
        context.put(KEPT, file);
        context.addEndHandler(_ -> {
            Path left = context.remove(KEPT);
            if (left != null) {
                context.vertx().fileSystem().delete(left.toString());
            }
        });
    }

    private Future<Void> run(boolean clientGone) {
        if (clientGone) {
            return file.close().compose(_ -> Future.failedFuture("the client closed the connection"));
        }
        request.handler(this::chunk);
        request.endHandler(_ -> {
            ended = true;
            completeWhenWritten();
        });
        request.exceptionHandler(_ -> done.tryFail(Problem.malformedBody()));
        file.exceptionHandler(done::tryFail);
        request.resume();
        return done.future().eventually(file::close);
    }

    /** The last bytes may find the disk full after the client has sent them. */
    private void completeWhenWritten() {
        if (ended && writing == 0) {
            done.tryComplete();
        }
    }

    private void chunk(Buffer chunk) {
        received += chunk.length();
        if (received > limit) {
            done.tryFail(Problem.tooLarge("The package", limit));
        }
        if (done.future().isComplete()) {
            return; // the rest is read and dropped, so that the client gets to see the answer
        }
        writing++;
        file.write(chunk).onComplete(written -> {
            writing--;
            if (written.failed()) {
                done.tryFail(written.cause());
                request.resume();
            }
            completeWhenWritten();
        });
        if (file.writeQueueFull()) {
            request.pause();
            file.drainHandler(_ -> request.resume());
        }
    }
}
