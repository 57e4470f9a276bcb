package dev.thaw.controlplane.async;

/**
 * How much the queue may hold; beyond it nothing is accepted, so that nothing has to be dropped. What is held of one function, or of all of
 * one namespace, leaves room for others'.
 *
 * @param all       events and dead letters together
 * @param namespace events that wait for the functions of one namespace
 * @param function  events that wait for one function
 */
record QueueLimits(Amount all, Amount namespace, Amount function) {
    /** So many events of so many bytes in all: of their payloads. */
    record Amount(long events, long bytes) {
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
    }

    static final QueueLimits USUAL = new QueueLimits(new Amount(1_000_000, 8L << 30), new Amount(500_000, 4L << 30), new Amount(250_000, 2L << 30));
}
