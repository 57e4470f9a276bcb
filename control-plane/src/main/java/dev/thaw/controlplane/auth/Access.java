package dev.thaw.controlplane.auth;

import java.util.Optional;

/**
 * Whom a server lets in.
 *
 * @param keys      its API keys
 * @param verifier  of signatures with the keys of a file, where it was given one
 * @param mandatory whether nobody may without a key, even when there is none: what listens beyond loopback
 */
public record Access(ApiKeys keys, Optional<Verifier> verifier, boolean mandatory) {
    /** Whether requests have to say who they are from: as soon as there is any key. */
    public boolean isRequired() {
        return mandatory || verifier.isPresent() || !keys.isEmpty();
    }

    /** Whether there is a key at all. */
    public boolean hasKeys() {
        return verifier.isPresent() || !keys.isEmpty();
    }

    /** Whether somebody administers the whole server, by either kind of key. */
    public boolean hasServerAdmin() {
        return keys.hasServerAdmin() || verifier.isPresent() && verifier.get().hasServerAdmin();
    }
}
