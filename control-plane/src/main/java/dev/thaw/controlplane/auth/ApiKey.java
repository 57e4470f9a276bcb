package dev.thaw.controlplane.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an API key but its secret.
 *
 * @param id        12 hexadecimal digits
 * @param name      what people call it; may be empty
 * @param role      what it may
 * @param namespace where
 * @param created   when
 * @param expires   from when on it is none
 * @param used      when it was used, not more than an hour before the last time
 */
public record ApiKey(String id, String name, Role role, Namespace namespace, Instant created, Optional<Instant> expires, Optional<Instant> used) {
    /** Who asks with it. */
    public Principal principal() {
        return new Principal(id, role, namespace);
    }

    boolean isExpired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }
}
