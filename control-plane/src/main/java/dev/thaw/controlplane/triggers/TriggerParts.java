package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.logs.Field;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a trigger works with.
 *
 * @param mapping   as it was asked for
 * @param filter    what its function wants
 * @param size      bytes that a record takes in an event
 * @param mostBytes that the records of an event may take
 * @param delivery  the way to its function
 * @param keeper    where records go that the function is not given again; closed by who made this
 * @param pauses    between tries
 * @param held      what all triggers hold
 * @param clock     the time, for the age of records and nothing else
 * @param ticks     milliseconds from any beginning from 0 on, that never go back: what pauses and windows are measured by, so that a clock that
 *                  is set lets no partition wait
 */
record TriggerParts(EventSourceMapping mapping, Predicate<ConsumerRecord<byte[], byte[]>> filter, ToLongFunction<ConsumerRecord<byte[], byte[]>> size,
        long mostBytes, Delivery delivery, Keeper keeper, TriggerMeters meters, TriggerState state, Pauses pauses, HeldRecords held,
        InstantSource clock, LongSupplier ticks) {
    private static final System.Logger LOG = System.getLogger(TriggerParts.class.getName());

    PartitionLine line(RandomGenerator random) {
        return new PartitionLine(mapping.batching(), mapping.failures(), pauses, random, mostBytes);
    }

    /** Parameters of a log line that name the trigger. */
    Object[] fields(Field... more) {
        return Stream.concat(Stream.of(Field.function(mapping.function().name()), new Field("trigger", mapping.id())), Stream.of(more)).toArray();
    }

    /** Counts and says what became of a batch. */
    void tell(Batch batch, Verdict verdict) {
        meters.ended(batch, verdict);
        switch (verdict) {
            case Verdict.Handled _ -> state.batchHandled();
            case Verdict.NotBegun(String reason) -> state.batchProblem(reason);
            case Verdict.Failed(Verdict.Failure failure) -> failed(batch, batch.first(), failure);
            case Verdict.FailedFrom(long offset, Verdict.Failure failure) -> failed(batch, offset, failure);
            case Verdict.TooLarge _ -> { }
        }
    }

    private void failed(Batch batch, long from, Verdict.Failure failure) {
        state.batchProblem("the function fails: " + failure.errorType());
        LOG.log(Level.DEBUG, "batch failed", fields(Field.requestId(batch.id(mapping.id())), new Field("from", from),
                new Field("attempts", batch.attempts() + 1), new Field("errorType", failure.errorType())));
    }

    /** Counts and says what became of records that the function is not given again. */
    void tell(HandOver handOver, Optional<Throwable> problem) {
        Batch batch = handOver.batch();
        if (problem.isPresent()) {
            state.batchProblem("records that are given up cannot be kept: " + problem.get().getMessage());
            return;
        }
        meters.kept(handOver);
        LOG.log(Level.WARNING, "records given up", fields(Field.requestId(batch.id(mapping.id())),
                new Field("records", batch.topic() + "-" + batch.partition() + ":" + batch.first() + "-" + batch.last()),
                new Field("condition", handOver.condition().label()), new Field("attempts", batch.attempts())));
    }
}
