/**
 * Kafka triggers (Lambda's event source mappings for self-managed Kafka): what a mapping is, where it is kept, which of its topic's records
 * its function is given, and in which form.
 *
 * <p>{@link dev.thaw.controlplane.triggers.EventSourceMapping} is one trigger as it was asked for, checked and complete. The {@code lambda}
 * package makes them of requests; the engine reads them and never changes them.
 *
 * <p>The engine is {@link dev.thaw.controlplane.triggers.KafkaTriggers}. Each enabled mapping has a thread and on it one consumer after the other
 * ({@code TriggerLoop}, {@code ConsumerSession}); each partition that the consumer has is a {@code PartitionLine}, which alone decides what is done
 * next with its records and knows neither Kafka's client nor time nor threads. What takes long, the function ({@code Delivery}) and the place for what
 * is given up ({@code Keeper}), answers from other threads through {@code Results}. Offsets are committed behind what is done: handled, filtered out or
 * kept elsewhere. So a record is handled at least once; a server that is killed repeats what it had not committed, at most what its partitions had
 * out and the last {@code COMMIT_EVERY_MILLIS}.
 */
package dev.thaw.controlplane.triggers;
