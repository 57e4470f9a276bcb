package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Principal;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Who a request is from: put there by the gate before any route sees it. */
public final class Caller {
    private static final String KEY = "thaw.principal";

    private Caller() {}

    static void put(RoutingContext context, Principal principal) {
        context.put(KEY, principal);
    }

    /** Who asks; nobody in particular on routes that are open to all. */
    public static Optional<Principal> find(RoutingContext context) {
        return Optional.ofNullable(context.get(KEY));
    }

    /** Who asks; only for routes that are not open to all. */
    public static Principal of(RoutingContext context) {
        return find(context).orElseThrow(() -> new IllegalStateException("this route is open to all"));
    }
}
