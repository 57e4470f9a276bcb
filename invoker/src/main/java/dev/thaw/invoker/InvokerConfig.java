package dev.thaw.invoker;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an invoker may take.
 *
 * @param dataFolder where runtime files and snapshots lie; made 0700 when missing
 * @param queueLimit requests that may wait for one function version, unless its manifest says otherwise; from 0
 * @param initTimeout wall clock of a function's initialisation
 * @param outputLimit bytes that one request may print to standard output and error together
 * @param pool VMs that stand ready; how many requests run at once is bounded by memory alone, unless the manifest says otherwise
 */
public record InvokerConfig(
        Path dataFolder, int queueLimit, Duration initTimeout, long outputLimit, PoolConfig pool) {
    public InvokerConfig {
        dataFolder = dataFolder.toAbsolutePath().normalize();
        if (queueLimit < 0 || outputLimit < 1) {
            throw new IllegalArgumentException("outputLimit begins at 1, queueLimit at 0");
        }
    }

    /** What fits most hosts. */
    public static InvokerConfig in(Path dataFolder) {
        return new InvokerConfig(dataFolder, 100, Duration.ofSeconds(60), 64L << 20, PoolConfig.USUAL);
    }

    /** The same with another pool. */
    public InvokerConfig with(PoolConfig other) {
        return new InvokerConfig(dataFolder, queueLimit, initTimeout, outputLimit, other);
    }
}
