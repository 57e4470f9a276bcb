package dev.thaw.wasm.wasi;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * An instance's clocks. The monotonic one tells how long the module has been running: it began at zero when the image was prepared,
 * stood still while the image lay in the store, and goes on from there in every instance; when the host was started does not show.
 * Processor time is what of that the module did not sleep.
 */
final class Clocks {
    private static final long NANOS = 1_000_000_000L;

    private final InstantSource realtime;
    private final LongSupplier nanoTime;
    /** The monotonic clock when this instance began. */
    private final long before;
    private final long began;
    private long slept;

    /** @param before the monotonic clock of the image, 0 for none */
    Clocks(InstantSource realtime, LongSupplier nanoTime, long before) {
        this.realtime = realtime;
        this.nanoTime = nanoTime;
        this.before = before;
        this.began = nanoTime.getAsLong();
    }

    /** Nanoseconds since 1970. */
    long realtime() {
        Instant now = realtime.instant();
        return now.getEpochSecond() * NANOS + now.getNano();
    }

    long monotonic() {
        return before + nanoTime.getAsLong() - began;
    }

    void slept(long nanos) {
        slept += nanos;
    }

    /** The time of a preview 1 clock; {@link Errno#INVAL} for one that there is not. */
    long time(long id) {
        return switch (Math.toIntExact(Math.min(id, Integer.MAX_VALUE))) {
            case Abi.CLOCK_REALTIME -> realtime();
            case Abi.CLOCK_MONOTONIC -> monotonic();
            case Abi.CLOCK_PROCESS_CPUTIME, Abi.CLOCK_THREAD_CPUTIME -> Math.max(0, monotonic() - before - slept);
            default -> throw new WasiError(Errno.INVAL);
        };
    }
}
