/**
 * Kafka topics that the server tells what became of events, by the brokers it was started with.
 *
 * <p>For {@code async}; made by {@link dev.thaw.controlplane.Server}'s parts where the configuration names brokers, and no class of Kafka's is
 * loaded where it does not.
 */
package dev.thaw.controlplane.topics;
