package dev.thaw.invoker;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an invoker may take.
 *
 * @param dataFolder where runtime files and snapshots lie; made 0700 when missing
 * @param concurrency requests that run at once for one function version, unless its manifest says otherwise; from 1
 * @param queueLimit requests that may wait for one function version, unless its manifest says otherwise; from 0
 * @param initTimeout wall clock of a function's initialisation
 * @param outputLimit bytes that one request may print to standard output and error together
 */
public record InvokerConfig(
        Path dataFolder, int concurrency, int queueLimit, Duration initTimeout, long outputLimit) {
    public InvokerConfig {
        dataFolder = dataFolder.toAbsolutePath().normalize();
        if (concurrency < 1 || queueLimit < 0 || outputLimit < 1) {
            throw new IllegalArgumentException("concurrency and outputLimit begin at 1, queueLimit at 0");
        }
    }

    /** What fits most hosts. */
    public static InvokerConfig in(Path dataFolder) {
        int cores = java.lang.Runtime.getRuntime().availableProcessors();
        return new InvokerConfig(dataFolder, Math.max(2, cores), 100, Duration.ofSeconds(60), 64L << 20);
    }
}
