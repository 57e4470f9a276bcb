package dev.thaw.controlplane.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.invoker.Discard;
import dev.thaw.invoker.InstanceStats;
import dev.thaw.invoker.PoolStats;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static InstanceStats stats(int version, int running, Optional<String> rollbackOff) {
        Map<Discard, Long> destroyed = new EnumMap<>(Discard.class);
        for (Discard why : Discard.values()) {
            destroyed.put(why, 2L);
        }
        return new InstanceStats("f", version, running, 0, 0, 10, new PoolStats(1, 0, 0, new PoolStats.Totals(0, 0, 0, 0, destroyed), rollbackOff));
    }

    @Test
    void whatLatestIsAndWasAreCountedTogether() {
        List<InstanceStats> all = List.of(stats(-1, 1, Optional.of("an audit differed")), stats(-3, 4, Optional.empty()), stats(2, 8, Optional.empty()));
        try (Metrics metrics = new Metrics(() -> all)) {
            String page = metrics.page();
            assertTrue(page.contains("thaw_instances_running{function=\"f\",version=\"$LATEST\"} 5.0"), page);
            assertTrue(page.contains("thaw_instances_running{function=\"f\",version=\"2\"} 8.0"), page);
            assertTrue(page.contains("thaw_rollback_off{function=\"f\",version=\"$LATEST\"} 1.0"), page);
            assertTrue(page.lines().anyMatch(line -> line.startsWith("thaw_vms_destroyed{") && line.contains("$LATEST") && line.endsWith(" 4.0")), page);
        }
    }
}
