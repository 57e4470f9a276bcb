/**
 * SQLite on one machine: {@link dev.thaw.controlplane.data.Database} is one file with one thread, for {@code functions} and
 * {@code async}, which own the statements. Nothing here knows what is stored.
 */
package dev.thaw.controlplane.data;
