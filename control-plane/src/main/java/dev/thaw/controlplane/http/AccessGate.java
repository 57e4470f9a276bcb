package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Access;
import dev.thaw.controlplane.auth.Failures;
import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.auth.RefusedException;
import dev.thaw.controlplane.auth.Verifier;
import dev.thaw.controlplane.logs.Field;
import io.vertx.core.http.HttpMethod;
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
    private final Audit audit;
    private final Failures failures = new Failures(System::nanoTime);
    private final Failures denials = new Failures(System::nanoTime);

    AccessGate(Access access, Permissions permissions, SignedBodies signed, Audit audit) {
        this.access = access;
        this.permissions = permissions;
        this.signed = signed;
        this.audit = audit;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        Permissions.Asked asked = permissions.asked(request.method().name(), context.normalizedPath());
        if (asked.permission() == Permission.PUBLIC) {
            context.next();
            return;
        }
        if (!access.isRequired()) {
            admit(context, Principal.ANYONE, asked);
            return;
        }
        try {
            List<String> authorization = request.headers().getAll("Authorization");
            if (authorization.size() == 1 && authorization.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                admit(context, access.keys().authenticate(authorization.getFirst().substring(BEARER.length()).strip()), asked);
            } else {
                Verifier verifier = access.verifier().orElseThrow(() -> missing(authorization));
                signed.check(context, verifier, principal -> admit(context, principal, asked), refused -> refuse(context, asked, refused));
            }
        } catch (RefusedException e) {
            refuse(context, asked, e);
        }
    }

    private static RefusedException missing(List<String> authorization) {
        return authorization.isEmpty()
                ? new RefusedException("MissingAuthenticationTokenException", "Missing Authentication Token: this server asks for an API key,"
                        + " in one Authorization header as a Bearer token")
                : new RefusedException("UnrecognizedClientException", "The security token included in the request is invalid: this server asks for"
                        + " an API key, in one Authorization header as a Bearer token, and was started without keys for signatures (--keys)");
    }

    private void admit(RoutingContext context, Principal key, Permissions.Asked asked) {
        Principal principal;
        try {
            principal = Caller.chosen(context, key);
        } catch (Problem e) {
            Replies.problem(context, e);
            return;
        }
        if (asked.permission().allows(principal)) {
            if (changes(context.request().method(), asked)) {
                audit.whenAnswered(context, principal, asked);
            }
            Caller.put(context, principal);
            context.next();
            return;
        }
        String role = asked.permission().role().label();
        if (denials.refused(address(context.request())).log()) {
            LOG.log(Level.WARNING, "request refused: the key's role is " + principal.role().label() + ", needed is " + role,
                    new Field("key", principal.id()), Field.requestId(Replies.requestId(context)));
            audit.whenAnswered(context, principal, asked);
        }
        Replies.problem(context, Problem.forbidden("Key " + principal.id() + " has the role '" + principal.role().label()
                + "' and is not authorized to do this: it takes the role '" + role + "'"));
    }

    /** Whether it changes anything but what functions change themselves. */
    private static boolean changes(HttpMethod method, Permissions.Asked asked) {
        return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD) && asked.permission() != Permission.INVOKE;
    }

    private void refuse(RoutingContext context, Permissions.Asked asked, RefusedException e) {
        Failures.Verdict verdict = failures.refused(address(context.request()));
        if (verdict.log()) {
            LOG.log(Level.WARNING, "request refused: " + e.type() + (verdict.last() ? "; further ones are not logged for a minute" : ""),
                    new Field("from", context.request().remoteAddress().hostAddress()), new Field("key", e.keyId().orElse("none")),
                    Field.requestId(Replies.requestId(context)));
            audit.refused(context, asked, e.keyId().orElse(""), e.type().equals("IncompleteSignatureException") ? 400 : 403, e.type());
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
