package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.RefusedException;
import dev.thaw.controlplane.auth.SigV4;
import dev.thaw.controlplane.auth.Verifier;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lets only signed requests pass. The whole body is read and looked at here, before any route sees the request, and handed on: no route can
 * forget to.
 */
final class SignatureGate {
    /** Requests that carry a package, which goes to disk: method and path. */
    private static final Pattern PACKAGE = Pattern.compile("PUT /thaw/v1/functions/[^/]+|POST /2015-03-31/functions/?|PUT /2015-03-31/functions/[^/]+/code/?");
    /** Open to all: health checks, and functions as web servers, whose own business it is whom they answer. */
    private static final Pattern OPEN = Pattern.compile("/healthz|/fn/.*");
    /** The most that any route takes into memory, bytes: an event. */
    private static final int MOST_BODY = 6 << 20;

    private final Verifier verifier;
    private final Bodies bodies;
    private final Work work;
    private final Path temporary;

    SignatureGate(Verifier verifier, Bodies bodies, Work work, Path temporary) {
        this.verifier = verifier;
        this.bodies = bodies;
        this.work = work;
        this.temporary = temporary;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String uri = request.uri();
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        if (OPEN.matcher(path).matches()) {
            context.next();
            return;
        }
        Set<String> names = request.headers().names().stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        try {
            Verifier.Claim claim = verifier.claim(new Verifier.Head(request.method().name(), path, query < 0 ? "" : uri.substring(query + 1),
                    names, request.headers()::getAll));
            if (Bodies.declaredLength(request) == 0 && !names.contains("transfer-encoding")) {
                claim.verify(SigV4.EMPTY);
                context.next();
                return;
            }
            if (claim.declaredHash().isPresent()) {
                claim.verify(claim.declaredHash().get()); // who has no key sends us nothing more
            }
            read(context, claim, PACKAGE.matcher(request.method().name() + " " + path).matches());
        } catch (RefusedException e) {
            refuse(context, e);
        }
    }

    private void read(RoutingContext context, Verifier.Claim claim, boolean withPackage) {
        Future<?> checked = withPackage
                ? Upload.toFile(context, temporary, FunctionRoutes.MAX_PACKAGE_BYTES).compose(file -> {
                    Upload.keep(context, file);
                    return check(context, claim, () -> SigV4.sha256(file));
                })
                : bodies.read(context, MOST_BODY).compose(body -> {
                    Bodies.keep(context, body);
                    return check(context, claim, () -> SigV4.sha256(body));
                });
        checked.onSuccess(_ -> context.next()).onFailure(failure -> {
            if (failure instanceof RefusedException refused) {
                refuse(context, refused);
            } else {
                Replies.problem(context, failure);
            }
        });
    }

    private Future<String> check(RoutingContext context, Verifier.Claim claim, java.util.concurrent.Callable<String> hash) {
        return Future.fromCompletionStage(work.run(hash), context.vertx().getOrCreateContext()).compose(sha256 -> {
            try {
                claim.verify(sha256);
                return Future.succeededFuture(sha256);
            } catch (RefusedException e) {
                return Future.failedFuture(e);
            }
        });
    }

    private static void refuse(RoutingContext context, RefusedException e) {
        Replies.problem(context, Problem.refused(e.type().equals("IncompleteSignatureException") ? 400 : 403, e.type(), e.getMessage()));
    }
}
