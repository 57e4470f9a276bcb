/**
 * Kafka triggers (Lambda's event source mappings for self-managed Kafka): what a mapping is, where it is kept, which of its topic's records
 * its function is given, and in which form.
 *
 * <p>{@link dev.thaw.controlplane.triggers.EventSourceMapping} is one trigger as it was asked for, checked and complete. The {@code lambda}
 * package makes them of requests; the engine reads them and never changes them.
 */
package dev.thaw.controlplane.triggers;
