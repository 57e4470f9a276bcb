package dev.thaw.controlplane.async;

/**
 * How much the queue may hold; beyond it nothing is accepted, so that nothing has to be dropped. What is held of one function, or of all of
 * one namespace, leaves room for others'.
 *
 * @param all       events and dead letters together
 * @param namespace events that wait for the functions of one namespace
 * @param function  events that wait for one function
 */
public record QueueLimits(Amount all, Amount namespace, Amount function) {
    /** So many events of so many bytes in all: of their payloads. */
    public record Amount(long events, long bytes) {
        static final Amount NONE = new Amount(0, 0);

        Amount plus(Amount other) {
            return new Amount(events + other.events, bytes + other.bytes);
        }

        Amount minus(Amount other) {
            return new Amount(events - other.events, bytes - other.bytes);
        }

        boolean within(Amount limit) {
            return events <= limit.events && bytes <= limit.bytes;
        }

        private Amount share(int percent) {
            return new Amount(events / 100 * percent + events % 100 * percent / 100, bytes / 100 * percent + bytes % 100 * percent / 100);
        }
    }

    public static final int USUAL_EVENTS = 1_000_000;
    /** 8 GiB. */
    public static final long USUAL_BYTES = 8L << 30;
    public static final int USUAL_NAMESPACE_PERCENT = 50;
    public static final int USUAL_FUNCTION_PERCENT = 25;
    public static final QueueLimits USUAL = of(USUAL_EVENTS, USUAL_BYTES, USUAL_NAMESPACE_PERCENT, USUAL_FUNCTION_PERCENT);

    public QueueLimits {
        if (function.events < 1 || function.bytes < 1) {
            throw new IllegalArgumentException("a function's part of the queue takes no event");
        }
        if (!function.within(namespace) || !namespace.within(all)) {
            throw new IllegalArgumentException("a function's part of the queue is larger than a namespace's, or that than the queue");
        }
    }

    /**
     * A queue and the parts of it that may be one's.
     *
     * @param namespacePercent of events and bytes, 1 to 100
     * @param functionPercent  likewise, no more than that
     */
    public static QueueLimits of(long events, long bytes, int namespacePercent, int functionPercent) {
        if (functionPercent < 1 || functionPercent > namespacePercent || namespacePercent > 100) {
            throw new IllegalArgumentException("shares of " + namespacePercent + " % and " + functionPercent + " %");
        }
        Amount all = new Amount(events, bytes);
        return new QueueLimits(all, all.share(namespacePercent), all.share(functionPercent));
    }
}
