package dev.thaw.deploy.client;

import dev.thaw.controlplane.auth.Signer;

/** How requests say who they are from. */
public sealed interface Credentials {
    /** They do not: enough for a server on loopback that has no keys. */
    record None() implements Credentials {}

    /** By an API key, {@code thaw_ID_SECRET}. */
    record Token(String token) implements Credentials {
        @Override
        public String toString() {
            return "Token";
        }
    }

    /** By a signature, with a key of the file that the server was given. */
    record Signature(Signer signer) implements Credentials {}
}
