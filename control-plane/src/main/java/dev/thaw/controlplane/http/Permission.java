package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.auth.Role;

/** What a route asks of who calls it. */
public enum Permission {
    /** Nothing: health checks, and functions as web servers, whose own business it is whom they answer. */
    PUBLIC,
    /** Any key. */
    KNOWN,
    INVOKE,
    DEPLOY,
    ADMIN;

    /** The least role that will do. */
    Role role() {
        return switch (this) {
            case PUBLIC, KNOWN, INVOKE -> Role.INVOKE;
            case DEPLOY -> Role.DEPLOY;
            case ADMIN -> Role.ADMIN;
        };
    }

    boolean allows(Principal principal) {
        return principal.role().includes(role());
    }
}
