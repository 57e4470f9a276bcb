package dev.thaw.controlplane.http;

import io.vertx.core.http.HttpConnection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for what is on its way from or to clients, who decide how long that takes. When it is used up, the connection goes that has been at it
 * longest, so that clients which send or read nothing keep no place from others. Thread-safe.
 */
final class ByteBudget {
    /** Who came this lately is not slow, nanoseconds. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final long most;
    private final AtomicLong held = new AtomicLong();
    private final Map<Share, HttpConnection> moving = new ConcurrentHashMap<>();

    ByteBudget(long most) {
        this.most = most;
    }

    /** What one request or answer takes. */
    final class Share {
        private final AtomicLong bytes = new AtomicLong();
        private final long since = System.nanoTime();

        private Share() {}

        /** Takes so much more; false when it is not to be had: what was taken before stays. */
        boolean take(long more) {
            while (held.addAndGet(more) > most) {
                held.addAndGet(-more);
                if (!dropSlowest(this)) {
                    return false;
                }
            }
            bytes.addAndGet(more);
            return true;
        }

        /** All is here, or there: the client has no influence any more. */
        void arrived() {
            moving.remove(this);
        }

        /** Gives all back; again does nothing. */
        void giveBack() {
            arrived();
            held.addAndGet(-bytes.getAndSet(0));
        }
    }

    /** One that holds nothing yet. Its owner gives it back when the connection closes, too. */
    Share share(HttpConnection connection) {
        Share share = new Share();
        moving.put(share, connection);
        return share;
    }

    private boolean dropSlowest(Share needy) {
        long now = System.nanoTime();
        Optional<Share> slowest = moving.keySet().stream().filter(one -> one != needy && one.bytes.get() > 0 && now - one.since > PATIENCE)
                .max(Comparator.comparingLong(one -> now - one.since));
        slowest.ifPresent(one -> {
            Optional.ofNullable(moving.remove(one)).ifPresent(Connections::cut);
            one.giveBack();
        });
        return slowest.isPresent();
    }

    /** Bytes taken now. */
    long held() {
        return held.get();
    }
}
