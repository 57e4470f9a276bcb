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

    /**
     * Whether who was let in a while ago still would be: its key was neither revoked nor has it expired, and has this role still; and who came
     * in without one does so only as long as none is needed.
     */
    public boolean stillAllows(Principal principal) {
        if (!isRequired()) {
            return true;
        }
        return keys.standing(principal.id()).or(() -> verifier.flatMap(signatures -> signatures.standing(principal.id())))
                .filter(key -> key.role().includes(principal.role()) && (key.namespace().equals(principal.namespace()) || key.isServerAdmin()))
                .isPresent();
    }

    /** Whether somebody administers the whole server, by either kind of key. */
    public boolean hasServerAdmin() {
        return keys.hasServerAdmin() || verifier.isPresent() && verifier.get().hasServerAdmin();
    }
}
