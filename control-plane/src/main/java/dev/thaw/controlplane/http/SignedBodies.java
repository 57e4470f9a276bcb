package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.auth.RefusedException;
import dev.thaw.controlplane.auth.SigV4;
import dev.thaw.controlplane.auth.Verifier;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks whether requests are signed. The whole body is read and looked at here, before any route sees the request, and handed on: no route
 * can forget to.
 */
final class SignedBodies {
    /** Requests that carry a package, which goes to disk: method and path. */
    private static final Pattern PACKAGE = Pattern.compile("PUT /thaw/v1/functions/[^/]+|POST /2015-03-31/functions/?|PUT /2015-03-31/functions/[^/]+/code/?");
    /** The most that any route takes into memory, bytes: an event. */
    private static final int MOST_BODY = 6 << 20;

    private final Bodies bodies;
    private final Work work;
    private final Path temporary;

    SignedBodies(Bodies bodies, Work work, Path temporary) {
        this.bodies = bodies;
        this.work = work;
        this.temporary = temporary;
    }

    /** Calls one of the two, now or once the body is there, or answers with what is wrong with the body itself. */
    void check(RoutingContext context, Verifier verifier, Consumer<Principal> admit, Consumer<RefusedException> refuse) {
        HttpServerRequest request = context.request();
        String uri = request.uri();
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        Set<String> names = request.headers().names().stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        try {
            Verifier.Claim claim = verifier.claim(new Verifier.Head(request.method().name(), path, query < 0 ? "" : uri.substring(query + 1),
                    names, request.headers()::getAll));
            if (Bodies.declaredLength(request) == 0 && !names.contains("transfer-encoding")) {
                claim.verify(SigV4.EMPTY);
                admit.accept(claim.principal());
                return;
            }
            if (claim.declaredHash().isPresent()) {
                claim.verify(claim.declaredHash().get()); // who has no key sends us nothing more
            }
            read(context, claim, PACKAGE.matcher(request.method().name() + " " + path).matches())
                    .onSuccess(_ -> admit.accept(claim.principal()))
                    .onFailure(failure -> {
                        if (failure instanceof RefusedException refused) {
                            refuse.accept(refused);
                        } else {
                            Replies.problem(context, failure);
                        }
                    });
        } catch (RefusedException e) {
            refuse.accept(e);
        }
    }

    private Future<String> read(RoutingContext context, Verifier.Claim claim, boolean withPackage) {
        return withPackage
                ? Upload.toFile(context, temporary, FunctionRoutes.MAX_PACKAGE_BYTES).compose(file -> {
                    Upload.keep(context, file);
                    return verify(context, claim, () -> SigV4.sha256(file));
                })
                : bodies.read(context, MOST_BODY).compose(body -> {
                    Bodies.keep(context, body);
                    return verify(context, claim, () -> SigV4.sha256(body));
                });
    }

    private Future<String> verify(RoutingContext context, Verifier.Claim claim, java.util.concurrent.Callable<String> hash) {
        return Future.fromCompletionStage(work.run(hash), context.vertx().getOrCreateContext()).compose(sha256 -> {
            try {
                claim.verify(sha256);
                return Future.succeededFuture(sha256);
            } catch (RefusedException e) {
                return Future.failedFuture(e);
            }
        });
    }
}
