package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Access;
import dev.thaw.controlplane.auth.Failures;
import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.auth.RefusedException;
import dev.thaw.controlplane.auth.Verifier;
import dev.thaw.controlplane.logs.Field;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** Lets only those pass who may: the first to look at every request, and no route sees one that it refuses. */
final class AccessGate {
    private static final System.Logger LOG = System.getLogger(AccessGate.class.getName());
    private static final String BEARER = "Bearer ";

    private final Access access;
    private final Permissions permissions;
    private final SignedBodies signed;
    private final Failures failures = new Failures(System::nanoTime);

    AccessGate(Access access, Permissions permissions, SignedBodies signed) {
        this.access = access;
        this.permissions = permissions;
        this.signed = signed;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        Permission needed = permissions.needed(request.method().name(), context.normalizedPath());
        if (needed == Permission.PUBLIC) {
            context.next();
            return;
        }
        if (!access.isRequired()) {
            Caller.put(context, Principal.ANYONE);
            context.next();
            return;
        }
        try {
            List<String> authorization = request.headers().getAll("Authorization");
            if (authorization.size() == 1 && authorization.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                admit(context, access.keys().authenticate(authorization.getFirst().substring(BEARER.length()).strip()), needed);
            } else {
                Verifier verifier = access.verifier().orElseThrow(() -> missing(authorization));
                signed.check(context, verifier, principal -> admit(context, principal, needed), refused -> refuse(context, refused));
            }
        } catch (RefusedException e) {
            refuse(context, e);
        }
    }

    private static RefusedException missing(List<String> authorization) {
        return authorization.isEmpty()
                ? new RefusedException("MissingAuthenticationTokenException", "Missing Authentication Token: this server asks for an API key,"
                        + " in one Authorization header as a Bearer token")
                : new RefusedException("UnrecognizedClientException", "The security token included in the request is invalid: this server asks for"
                        + " an API key, in one Authorization header as a Bearer token, and was started without keys for signatures (--keys)");
    }

    private void admit(RoutingContext context, Principal principal, Permission needed) {
        if (needed.allows(principal)) {
            Caller.put(context, principal);
            context.next();
            return;
        }
        LOG.log(Level.WARNING, "request refused: the key's role is " + principal.role().label() + ", needed is " + needed.role().label(),
                new Field("key", principal.id()), Field.requestId(Replies.requestId(context)));
        Replies.problem(context, Problem.forbidden("Key " + principal.id() + " has the role '" + principal.role().label()
                + "' and is not authorized to do this: it takes the role '" + needed.role().label() + "'"));
    }

    private void refuse(RoutingContext context, RefusedException e) {
        Failures.Verdict verdict = failures.refused(address(context.request()));
        if (verdict.log()) {
            LOG.log(Level.WARNING, "request refused: " + e.type() + (verdict.last() ? "; further ones are not logged for a minute" : ""),
                    new Field("from", context.request().remoteAddress().hostAddress()), new Field("key", e.keyId().orElse("none")),
                    Field.requestId(Replies.requestId(context)));
        }
        Replies.problem(context, verdict.slow() ? Problem.tooMany("Too many requests with wrong credentials came from this address", Duration.ofMinutes(1))
                : Problem.refused(e.type().equals("IncompleteSignatureException") ? 400 : 403, e.type(), e.getMessage()));
    }

    private static InetAddress address(HttpServerRequest request) {
        try {
            String address = request.remoteAddress().hostAddress(); // digits, never a name that would be looked up
            return address == null ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException _) {
            return InetAddress.getLoopbackAddress();
        }
    }
}
