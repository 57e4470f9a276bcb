package dev.thaw.controlplane.http;

import dev.thaw.controlplane.audit.AuditEntry;
import dev.thaw.controlplane.audit.AuditLog;
import dev.thaw.controlplane.auth.Principal;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;

/** Notes in the audit log what requests have changed, once they are answered. */
public final class Audit {
    private static final String TARGET = "thaw.audit.target";

    private final AuditLog log;

    Audit(AuditLog log) {
        this.log = log;
    }

    /** Says what a request is about, where its path does not. */
    public static void target(RoutingContext context, String target) {
        context.put(TARGET, target);
    }

    /** Notes a request, when it is answered. */
    void whenAnswered(RoutingContext context, Principal principal, Permissions.Asked asked) {
        context.addEndHandler(ended -> {
            int status = context.response().getStatusCode();
            String result = ended.failed() ? "client gone before the answer" : status < 400 ? "ok"
                    : Optional.ofNullable(context.response().headers().get("x-amzn-ErrorType")).orElse("error");
            log.append(new AuditEntry(0, Instant.now().toString(), principal.id(), principal.role().label(), principal.namespace().name(),
                    remote(context), asked.operation(), context.<String>get(TARGET, asked.target()), status, result, Replies.requestId(context)));
        });
    }

    /** Notes a request whose credentials are none. */
    void refused(RoutingContext context, Permissions.Asked asked, String claimed, int status, String type) {
        log.append(new AuditEntry(0, Instant.now().toString(), "", "", "", remote(context), asked.operation(), claimed, status, type,
                Replies.requestId(context)));
    }

    private static String remote(RoutingContext context) {
        return Optional.ofNullable(context.request().remoteAddress().hostAddress()).orElse("");
    }
}
