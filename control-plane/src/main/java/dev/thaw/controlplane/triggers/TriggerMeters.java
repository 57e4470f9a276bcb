package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.metrics.Metrics;
import dev.thaw.controlplane.metrics.TriggerMetrics;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Counts what one trigger does. */
final class TriggerMeters implements AutoCloseable {
    private final TriggerMetrics metrics;
    private final TriggerMetrics.Trigger trigger;

    TriggerMeters(Metrics metrics, EventSourceMapping mapping) {
        this.metrics = metrics.triggers();
        this.trigger = new TriggerMetrics.Trigger(mapping.id().toString(), mapping.function().name());
    }

    /** Drops what was counted. */
    void forget() {
        metrics.forget(trigger);
    }

    void filtered(int records) {
        metrics.records(trigger, "filtered", records);
    }

    void ended(Batch batch, Verdict verdict) {
        int all = batch.records().size();
        switch (verdict) {
            case Verdict.Handled _ -> {
                metrics.batch(trigger, "success");
                metrics.records(trigger, "success", all);
            }
            case Verdict.Failed _ -> metrics.batch(trigger, "function_error");
            case Verdict.FailedFrom(long offset, _) -> {
                metrics.batch(trigger, "partial");
                metrics.records(trigger, "success", (int) batch.records().stream().filter(each -> each.offset() < offset).count());
            }
            case Verdict.NotBegun _ -> metrics.batch(trigger, "not_begun");
            case Verdict.TooLarge _ -> metrics.batch(trigger, "too_large");
        }
        if (batch.attempts() > 0) {
            metrics.retry(trigger);
        }
    }

    void kept(HandOver handOver) {
        metrics.records(trigger, switch (handOver.condition()) {
            case RETRIES_EXHAUSTED -> "retries_exhausted";
            case TOO_OLD -> "too_old";
            case TOO_LARGE -> "too_large";
        }, handOver.batch().records().size());
    }

    /** How many records of each partition this server has are not done. */
    void lags(Map<TopicPartition, Long> lags) {
        metrics.lags(trigger, lags.entrySet().stream()
                .map(each -> new TriggerMetrics.Lag(each.getKey().topic(), each.getKey().partition(), each.getValue())).toList());
    }

    /** Nothing is fetched any more; what was counted stays until the trigger is {@linkplain TriggerMetrics#forget forgotten}. */
    @Override
    public void close() {
        lags(Map.of());
    }
}
