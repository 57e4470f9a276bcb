package dev.thaw.controlplane.triggers;

/**
 * Bounds what all triggers of a server hold of records that they fetched.
 *
 * <p>While there is room, whoever asks may fetch. When there is none, those who hold less than an equal share of it still may, so that one
 * trigger with a long backlog takes nothing from the others; and who holds nothing always may, so that none waits for ever for another. So
 * together they hold at most twice the bound, and beyond it what each fetched last. Thread-safe.
 */
final class HeldRecords {
    /** Of the heap, one in so many. */
    private static final long OF_HEAP = 8;

    private final long most;
    private long held;
    private int holders;

    /** @param most bytes, more than 0 */
    HeldRecords(long most) {
        this.most = most;
    }

    /** An eighth of this JVM's heap. */
    static HeldRecords ofHeap() {
        return new HeldRecords(Runtime.getRuntime().maxMemory() / OF_HEAP);
    }

    /** One more holder, until it is closed. */
    synchronized Share join() {
        holders++;
        return new Share();
    }

    /** Bytes that all hold, as they told last. */
    synchronized long bytes() {
        return held;
    }

    private synchronized boolean tell(Share share, long now) {
        if (share.closed) {
            return false;
        }
        held += now - share.mine;
        share.mine = now;
        return held < most || now < Math.max(1, most / holders);
    }

    private synchronized void leave(Share share) {
        if (!share.closed) {
            held -= share.mine;
            holders--;
            share.closed = true;
        }
    }

    /** What one of them holds. */
    final class Share implements AutoCloseable {
        private long mine;
        private boolean closed;

        /** Tells how many bytes it holds now; whether it may fetch more. */
        boolean mayFetch(long bytes) {
            return tell(this, bytes);
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
