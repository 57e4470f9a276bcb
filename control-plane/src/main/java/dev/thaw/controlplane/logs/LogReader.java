package dev.thaw.controlplane.logs;

import dev.thaw.invoker.LogSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A position in one function's log. Used by one thread at a time. */
public final class LogReader {
    private final LogRing ring;
    private long position;
    private boolean ended;

    LogReader(LogRing ring, long position) {
        this.ring = ring;
        this.position = position;
    }

    /** The next lines that are there, at most {@code max}; one that says so stands first where this reader was too slow. */
    public List<LogLine> next(int max) {
        LogRing.Batch batch = ring.from(position, max);
        position = batch.next();
        ended = batch.closed() && batch.lines().isEmpty();
        if (batch.missed() == 0 || batch.lines().isEmpty()) {
            return batch.lines();
        }
        List<LogLine> lines = new ArrayList<>();
        LogLine oldest = batch.lines().getFirst();
        lines.add(new LogLine(Instant.now().toString(), oldest.function(), oldest.version(), "", LogSink.PLATFORM,
                batch.missed() + " lines came faster than this reader took them; they are left out here"));
        lines.addAll(batch.lines());
        return lines;
    }

    /** Whether the last call of {@link #next} met the end of the log: its function is gone. */
    public boolean ended() {
        return ended;
    }

    /** Runs {@code changed} from any thread whenever {@link #next} may have more; it must be quick. */
    public void follow(Runnable changed) {
        ring.follow(changed);
    }

    public void unfollow(Runnable changed) {
        ring.unfollow(changed);
    }
}
