package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.audit.AuditEntry;
import dev.thaw.controlplane.audit.AuditLog;
import dev.thaw.controlplane.auth.Principal;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /thaw/v1/audit?after=SEQ&limit=N}: the newest entries after one, oldest first. Administrators of the default namespace see all,
 * others those of their namespace.
 */
final class AuditRoute {
    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    private final AuditLog log;
    private final Work work;

    AuditRoute(AuditLog log, Work work) {
        this.log = log;
        this.work = work;
    }

    void handle(RoutingContext context) {
        Principal caller = Caller.of(context);
        try {
            long after = number(context, "after", 0, Long.MAX_VALUE);
            int limit = (int) number(context, "limit", USUAL, MOST);
            Future.fromCompletionStage(work.run(() -> page(log.read(after, limit,
                            entry -> caller.isServerAdmin() || entry.namespace().equals(caller.namespace().name())))), context.vertx().getOrCreateContext())
                    .onSuccess(bytes -> Replies.json(context, 200, bytes))
                    .onFailure(failure -> Replies.problem(context, failure));
        } catch (Problem e) {
            Replies.problem(context, e);
        }
    }

    private static byte[] page(List<AuditEntry> entries) {
        ObjectNode json = Json.object();
        var all = json.putArray("entries");
        entries.forEach(all::addPOJO);
        return Json.bytes(json);
    }

    private static long number(RoutingContext context, String name, long usual, long most) throws Problem {
        Optional<String> text = Query.one(context, name);
        try {
            long number = text.map(Long::parseLong).orElse(usual);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw Problem.invalidParameter(name + " must be a number from 0 to " + most);
    }
}
