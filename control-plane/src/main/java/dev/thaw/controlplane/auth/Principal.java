package dev.thaw.controlplane.auth;

/**
 * Who asks.
 *
 * @param id        of the key, which is no secret
 * @param role      what the key may
 * @param namespace where
 */
public record Principal(String id, Role role, Namespace namespace) {
    /** Whoever reaches a server that listens on loopback and has no keys. */
    public static final Principal ANYONE = new Principal("anyone", Role.ADMIN, Namespace.DEFAULT);

    /** Whether it may act in every namespace: administrators of the default one. */
    public boolean isServerAdmin() {
        return role == Role.ADMIN && namespace.isDefault();
    }
}
