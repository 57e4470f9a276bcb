package dev.thaw.controlplane.triggers;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/**
 * One trigger's thread: has a consumer as long as the trigger is wanted, and makes a new one after a while when one cannot go on. Whatever
 * a broker does or says ends no trigger. Thread-safe.
 */
final class TriggerLoop {
    private static final System.Logger LOG = System.getLogger(TriggerLoop.class.getName());
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** What a trigger that ends turns on for its last commit. */
    private static final long SETTLE_MILLIS = 5_000;

    /** Makes the trigger's consumer. */
    @FunctionalInterface
    interface Opener {
        Consumer<byte[], byte[]> open(EventSourceMapping mapping) throws IOException;
    }

    private final TriggerParts parts;
    private final Opener opener;
    private final Runnable atEnd;
    private final Results results = new Results();
    private final Thread thread;
    private Optional<ConsumerSession> session = Optional.empty();
    private boolean ending;
    private long deadline = Long.MAX_VALUE;

    /** @param atEnd run by the trigger's thread when it has ended for good */
    TriggerLoop(TriggerParts parts, Opener opener, Runnable atEnd) {
        this.parts = parts;
        this.opener = opener;
        this.atEnd = atEnd;
        this.thread = Thread.ofPlatform().daemon().name("thaw-trigger-" + parts.mapping().id()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    EventSourceMapping mapping() {
        return parts.mapping();
    }

    TriggerState state() {
        return parts.state();
    }

    /** Gives out nothing more, waits so long for what is out, commits and leaves the group; returns at once. A later call may shorten the wait. */
    synchronized void end(Duration limit) {
        ending = true;
        deadline = Math.min(deadline, parts.ticks().getAsLong() + limit.toMillis());
        session.ifPresent(ConsumerSession::wake);
        notifyAll();
    }

    /** Waits for the thread's end. */
    void join(Duration limit) throws InterruptedException {
        thread.join(limit);
    }

    private synchronized boolean isEnding() {
        return ending;
    }

    private synchronized boolean mayStillWait() {
        return parts.ticks().getAsLong() < deadline;
    }

    private void run() {
        int failures = 0;
        while (!isEnding()) {
            failures = live() ? 1 : failures + 1;
            pause(PAUSES.millis(failures, ThreadLocalRandom.current()));
        }
        parts.keeper().close();
        parts.meters().close();
        atEnd.run();
    }

    /** A life of one consumer; whether it came so far as to have partitions. */
    private boolean live() {
        boolean[] lived = {false};
        try (ConsumerSession mine = new ConsumerSession(parts, opener.open(parts.mapping()), results)) {
            keep(Optional.of(mine));
            mine.begin();
            parts.state().begun();
            while (!isEnding()) {
                mine.turn();
                lived[0] |= mine.hasPartitions();
            }
            mine.finish();
            while (!mine.isIdle() && mayStillWait()) {
                mine.turn();
            }
            // While the group changes nothing can be committed, and it changes by turns only.
            long settled = parts.ticks().getAsLong() + SETTLE_MILLIS;
            while (mine.hasToCommit() && parts.ticks().getAsLong() < settled) {
                mine.turn();
            }
        } catch (InterruptException _) {
            Thread.interrupted(); // nobody here interrupts; a stray one is no reason to end
        } catch (IOException | KafkaException e) {
            parts.state().brokerProblem(text(e));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a trigger's consumer failed; a new one is made", e);
            parts.state().brokerProblem("internal error: " + e);
        } finally {
            parts.state().begun();
            keep(Optional.empty());
        }
        return lived[0];
    }

    /** Kafka says the reason last. */
    private static String text(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() instanceof KafkaException deeper) {
            cause = deeper;
        }
        String own = String.valueOf(failure.getMessage());
        String advice = failure instanceof SslAuthenticationException || cause instanceof SslAuthenticationException
                ? " (who vouches for the brokers' certificates is said by --broker-ca, SERVER_ROOT_CA_CERTIFICATE)" : "";
        return (cause == failure ? own : own + ": " + cause.getMessage()) + advice;
    }

    private synchronized void keep(Optional<ConsumerSession> now) {
        session = now;
    }

    private synchronized void pause(long millis) {
        long until = parts.ticks().getAsLong() + millis;
        try {
            for (long left = millis; left > 0 && !ending; left = until - parts.ticks().getAsLong()) {
                wait(left);
            }
        } catch (InterruptedException _) {
            // nobody here interrupts; a shorter pause is no harm
        }
    }
}
