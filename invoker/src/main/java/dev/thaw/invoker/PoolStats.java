package dev.thaw.invoker;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The VMs of one function version at one moment, or its WebAssembly instances.
 *
 * @param vms there are or are being made
 * @param idle of these stand ready
 * @param privateBytes memory that they hold and do not share with the snapshot, as far as is known
 * @param totals since the server's start
 * @param rollbackOff why VMs of this version are not rolled back any more, when an audit differed
 */
public record PoolStats(int vms, int idle, long privateBytes, Totals totals, Optional<String> rollbackOff) {
    /**
     * Counts.
     *
     * @param thawed VMs made from the snapshot
     * @param rolledBack times that a used VM was put back to the snapshot
     * @param rollbackNanos that these took together
     * @param audited times that such a one was compared with it
     * @param destroyed VMs that ended, by why; every reason is there
     */
    public record Totals(long thawed, long rolledBack, long rollbackNanos, long audited, Map<Discard, Long> destroyed) {
        public Totals {
            destroyed = Collections.unmodifiableMap(new EnumMap<>(destroyed));
        }
    }
}
