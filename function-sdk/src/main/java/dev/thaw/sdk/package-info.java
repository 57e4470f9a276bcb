/**
 * What the author of a Java function writes against: {@link dev.thaw.sdk.Handler} and its sisters, {@link dev.thaw.sdk.Context},
 * and {@link dev.thaw.sdk.SnapshotHooks} for what has to happen around the snapshot.
 *
 * <p>A function is a class with a public constructor without parameters that implements one of the handler interfaces; the
 * manifest's {@code handler} names it. The instance is made once, before the snapshot. Every request begins from there.
 */
package dev.thaw.sdk;
