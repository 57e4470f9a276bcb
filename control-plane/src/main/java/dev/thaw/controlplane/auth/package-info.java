/**
 * Who may: API keys, kept as hashes in the registry's file, and AWS's Signature Version 4 against keys of a file; for {@code http} which
 * asks, and for clients of this server which sign. Each key has a role and a namespace.
 *
 * <p>A signature binds method, path, query, the named headers, the body and a time. Within {@link dev.thaw.controlplane.auth.Verifier#SKEW}
 * of that time a request that was overheard can be sent again: replays are not recognised, so whoever is beyond loopback needs TLS before
 * the server.
 */
package dev.thaw.controlplane.auth;
