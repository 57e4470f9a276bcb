/**
 * Asynchronous invocations: durable before they are accepted, tried again with backoff, and kept as dead letters when nothing helps.
 *
 * <p>{@link dev.thaw.controlplane.async.AsyncInvocations} is the way in, for {@code http}; {@link dev.thaw.controlplane.async.EventStore} is
 * their SQLite file. At least once: an event leaves the store in the same transaction in which what follows from it enters, so that a
 * server that is killed at any moment runs an event again rather than never. Its request id is the same in every try.
 *
 * <p>{@link dev.thaw.controlplane.async.Holdings} says whether one more may wait, {@link dev.thaw.controlplane.async.Rota} whose turn it is,
 * {@link dev.thaw.controlplane.async.Pressure} how much a function takes, {@link dev.thaw.controlplane.async.Consequences} what follows from a
 * try.
 */
package dev.thaw.controlplane.async;
