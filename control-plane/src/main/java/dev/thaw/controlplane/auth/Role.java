package dev.thaw.controlplane.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key may do; each role may all that those before it may. */
public enum Role {
    /** Invoke functions. */
    INVOKE,
    /** Deploy, change, read and delete functions and all that belongs to them. */
    DEPLOY,
    /** Make and revoke keys, read the audit log. */
    ADMIN;

    /** As it is written in commands, files and answers. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of a label, if it is one. */
    public static Optional<Role> of(String label) {
        return Arrays.stream(values()).filter(role -> role.label().equals(label)).findFirst();
    }

    /** Whether this role may what another may. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
