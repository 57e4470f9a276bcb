/**
 * SQLite on one machine: {@link dev.thaw.controlplane.data.Database} is one file with one thread, for {@code functions} and
 * {@code async}, which own the statements. Nothing here knows what is stored. On a full disk changes fail ({@link dev.thaw.controlplane.data.FullDisk} tells that from other
 * failures), what was stored stays, and it goes on when there is room.
 */
package dev.thaw.controlplane.data;
