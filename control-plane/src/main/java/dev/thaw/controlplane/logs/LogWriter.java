package dev.thaw.controlplane.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes log lines to files on a thread of its own, so that who prints never waits for the disk; many at a time, so that a request does
 * not wake that thread with each of its lines.
 *
 * <p>What waits to be written is bounded; lines beyond that are left out of the files, counted and mentioned.
 */
final class LogWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LogWriter.class.getName());
    private static final long MAX_PENDING_CHARS = 16 << 20;
    private static final int LINE_OVERHEAD = 128;
    private static final long CLOSE_MILLIS = 5_000;
    /** How long lines gather once the last were written; what a crash of the server can lose. */
    private static final long GATHER_MILLIS = 50;

    private sealed interface Task {}

    private record Append(LogLine line) implements Task {}

    private record Remove(String function) implements Task {}

    private record Stop() implements Task {}

    private final Path folder;
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final AtomicLong pendingChars = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Thread thread;

    LogWriter(Path folder) {
        this.folder = folder;
        this.thread = Thread.ofPlatform().daemon().name("thaw-logs").start(this::run);
    }

    void append(LogLine line) {
        long size = line.text().length() + LINE_OVERHEAD;
        if (pendingChars.addAndGet(size) > MAX_PENDING_CHARS) {
            pendingChars.addAndGet(-size);
            dropped.incrementAndGet();
        } else {
            tasks.add(new Append(line));
        }
    }

    void remove(String function) {
        tasks.add(new Remove(function));
    }

    private void run() {
        Map<String, LogFile> files = new HashMap<>();
        boolean running = true;
        boolean failing = false;
        while (running) {
            try {
                Task task = tasks.take();
                running = !(task instanceof Stop);
                perform(task, files);
                if (tasks.isEmpty()) {
                    settle(files);
                    failing = false;
                    if (running) {
                        TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
                    }
                }
            } catch (IOException e) {
                if (!failing) { // once, not for every line of a full disk
                    LOG.log(Level.ERROR, "function logs cannot be written below " + folder + ": " + e);
                }
                failing = true;
                closeAll(files);
            } catch (InterruptedException _) {
                running = false;
            }
        }
        closeAll(files);
    }

    /** They are opened anew for the next line. */
    private static void closeAll(Map<String, LogFile> files) {
        for (LogFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing a function's log", e);
            }
        }
        files.clear();
    }

    private void perform(Task task, Map<String, LogFile> files) throws IOException {
        switch (task) {
            case Append(LogLine line) -> {
                pendingChars.addAndGet(-(line.text().length() + LINE_OVERHEAD));
                file(line.function(), files).append(mapper.writeValueAsBytes(line));
            }
            case Remove(String function) -> {
                LogFile file = file(function, files);
                files.remove(function);
                file.delete();
            }
            case Stop() -> { }
        }
    }

    private LogFile file(String function, Map<String, LogFile> files) throws IOException {
        LogFile file = files.get(function);
        if (file == null) {
            file = new LogFile(folder, function);
            files.put(function, file);
        }
        return file;
    }

    private void settle(Map<String, LogFile> files) throws IOException {
        for (LogFile file : files.values()) {
            file.flush();
        }
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            LOG.log(Level.WARNING, lost + " lines of functions came faster than the disk takes them and are not in the log files");
        }
    }

    @Override
    public void close() {
        tasks.add(new Stop());
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
