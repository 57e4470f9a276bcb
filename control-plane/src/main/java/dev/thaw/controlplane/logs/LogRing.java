package dev.thaw.controlplane.logs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The last lines of one function, bounded by count and by characters, and those who follow them.
 *
 * <p>Lines are numbered from 0. A follower holds nothing here but its position, so a slow one costs no memory: it misses
 * lines, and is told how many. All methods are safe for any thread and none waits but for the ring's own lock.
 */
final class LogRing {
    private static final int MAX_LINES = 10_000;
    private static final int MAX_CHARS = 1 << 20;
    private static final int LINE_OVERHEAD = 64;

    /**
     * Some lines in order.
     *
     * @param lines  the lines
     * @param next   number of the line after the last of them
     * @param missed lines asked for that are gone already
     * @param closed whether the function is gone, so that no line will come
     */
    record Batch(List<LogLine> lines, long next, long missed, boolean closed) {}

    private final ArrayDeque<LogLine> lines = new ArrayDeque<>();
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private long first;
    private int chars;
    private boolean closed;

    void add(LogLine line) {
        synchronized (this) {
            lines.addLast(line);
            chars += size(line);
            while (lines.size() > MAX_LINES || chars > MAX_CHARS) {
                chars -= size(lines.removeFirst());
                first++;
            }
        }
        followers.forEach(Runnable::run);
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        followers.forEach(Runnable::run);
    }

    /** The position from which at most {@code count} lines follow. */
    synchronized long positionOfTail(int count) {
        return first + Math.max(0, lines.size() - count);
    }

    /** At most {@code max} lines from {@code position} on. */
    synchronized Batch from(long position, int max) {
        long start = Math.max(position, first);
        List<LogLine> some = new ArrayList<>();
        lines.stream().skip(start - first).limit(max).forEach(some::add);
        return new Batch(some, start + some.size(), start - position, closed);
    }

    /** Runs {@code changed}, which must be quick, after every new line and at the end, until {@link #unfollow}. */
    void follow(Runnable changed) {
        followers.add(changed);
    }

    void unfollow(Runnable changed) {
        followers.remove(changed);
    }

    private static int size(LogLine line) {
        return line.text().length() + LINE_OVERHEAD;
    }
}
