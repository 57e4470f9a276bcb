package dev.thaw.vmm.linux;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The program's tasks: which are ready to run and which wait in a call. The VM's {@link Processor}s take ready ones in turn. A task
 * that waits is nobody's: whichever processor comes by makes its call again when something has changed. Under the kernel's lock.
 */
public final class Scheduler {
    /** Threads that a program may have; their stacks count against its memory besides. */
    public static final int MAX_TASKS = 4096;
    private static final int MAX_ID = ProcessInfo.FIRST_AFTER_THAW - 1;

    private final Kernel kernel;
    private final Dispatcher dispatcher;
    private final TreeMap<Integer, Task> tasks = new TreeMap<>();
    private final ArrayDeque<Task> ready = new ArrayDeque<>();
    private final List<Task> waiting = new ArrayList<>();
    /** Read without the lock by those that only interrupt. */
    private final List<Processor> processors = new CopyOnWriteArrayList<>();
    private int lastId = ProcessInfo.PID;
    private long endedNanos;
    private int leaderStatus;
    private long changes = 1;
    private long looked;
    private long signalsSeen;

    Scheduler(Kernel kernel, Optional<Consumer<String>> trace) {
        this.kernel = kernel;
        this.dispatcher = new Dispatcher(kernel, trace);
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** All tasks that have not ended, by their ids. */
    public Collection<Task> tasks() {
        return tasks.values();
    }

    /** Whether the program ever had a second thread. */
    boolean severalTasks() {
        return lastId != ProcessInfo.PID;
    }

    /** @param id one that a program may name a thread by */
    public Optional<Task> find(int id) {
        return Optional.ofNullable(tasks.get(kernel.process().threadId(id)));
    }

    /** A new id, none of a living task; empty when there are as many tasks as may be. */
    public Optional<Integer> newId() {
        if (tasks.size() >= MAX_TASKS) {
            return Optional.empty();
        }
        do {
            lastId = lastId >= MAX_ID ? ProcessInfo.PID + 1 : lastId + 1;
        } while (tasks.containsKey(lastId));
        return Optional.of(lastId);
    }

    /** A thread like this one, which is not added yet. @param id from {@link #newId} */
    public Task copy(Task task, int id) {
        return task.copy(id);
    }

    /** A task begins, ready to run. */
    public void add(Task task) {
        tasks.put(task.id(), task);
        ready.add(task);
        kernel.changed();
    }

    /** A thread is over; with the last of them the process is. @param status of exit(2); the process's when it is the first thread's */
    public void end(Task task, int status) {
        task.end();
        tasks.remove(task.id());
        endedNanos += task.cpuNanos();
        if (task.id() == ProcessInfo.PID) {
            leaderStatus = status;
        }
        if (tasks.isEmpty()) {
            kernel.stop(new Outcome.Exited(leaderStatus));
        }
        kernel.changed();
    }

    /** Processor time of all tasks that there were, nanoseconds. */
    public long cpuNanos() {
        return endedNanos + tasks.values().stream().mapToLong(Task::cpuNanos).sum();
    }

    /** What a task waits for may have come. */
    void changed() {
        changes++;
        if (waiting.isEmpty() && ready.isEmpty()) {
            return;
        }
        for (Processor processor : processors) {
            if (processor.looksSoon()) {
                return;
            }
        }
        processors.stream().filter(Processor::inGuest).findFirst().ifPresent(Processor::interrupt);
    }

    /** The number of the processor that runs this task, 0 when none does. */
    public int processorOf(Task task) {
        return processors.stream().filter(processor -> processor.task().equals(Optional.of(task)))
                .mapToInt(processor -> processor.cpu().index()).findFirst().orElse(0);
    }

    void add(Processor processor) {
        processors.add(processor);
    }

    List<Processor> processors() {
        return processors;
    }

    /** Makes every vCPU leave ring 3 soon. */
    void interruptAll() {
        processors.forEach(Processor::interrupt);
    }

    /** A signal was sent: tasks in ring 3 that have to take it come out. */
    public void interruptSignalled() {
        for (Processor processor : processors) {
            if (processor.inGuest() && processor.task().filter(kernel.signals()::pending).isPresent()) {
                processor.interrupt();
            }
        }
    }

    /**
     * Returns when no other vCPU is in ring 3. Until the caller gives up the kernel's lock none enters it, and what they do later
     * comes after what the caller has done: a full barrier.
     */
    public void stopOthers() {
        for (Processor processor : processors) {
            processor.interruptAndWait();
        }
    }

    /** A task that is ready goes to the end of the line. */
    void ready(Task task) {
        ready.add(task);
    }

    /** A task whose turn was cut short by the monitor goes to the front. */
    void readyFirst(Task task) {
        ready.addFirst(task);
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    Optional<Task> take() {
        return Optional.ofNullable(ready.poll());
    }

    /** A task waits in its call; a signal that is there already ends its wait. */
    void await(Task task) {
        if (kernel.signals().pending(task)) {
            interrupt(task);
            ready.addFirst(task);
        } else {
            waiting.add(task);
        }
    }

    /** Whether something has changed since {@link #lookAgain} last went through those that wait. */
    boolean unseen() {
        return looked != changes;
    }

    /** The monotonic time at which a task that waits has to be looked at; Long.MAX_VALUE for never. */
    long nextWake() {
        long least = Long.MAX_VALUE;
        for (Task task : waiting) {
            least = Math.min(least, task.wakeTime());
        }
        return least;
    }

    /** Makes the calls again of those tasks that may have got what they wait for. */
    void lookAgain() {
        long now = kernel.clock().monotonicNanos();
        boolean all = unseen();
        if (!all && nextWake() > now) {
            return;
        }
        looked = changes;
        boolean signalled = kernel.signals().mayHaveNews(signalsSeen);
        signalsSeen = kernel.signals().activity();
        List<Task> left = new ArrayList<>(waiting.size());
        List<Task> before = List.copyOf(waiting);
        waiting.clear();
        for (Task task : before) {
            if (kernel.end().isPresent() || !retry(task, all, signalled, now)) {
                left.add(task);
            } else {
                ready.add(task);
            }
        }
        waiting.addAll(0, left);
    }

    /** Whether the task waits no more. */
    private boolean retry(Task task, boolean all, boolean signalled, long now) {
        if (task.wakeTime() <= now || all && !task.quiet()) {
            task.repeatCall();
            dispatcher.dispatch(task);
            if (!task.blocked()) {
                return true;
            }
        }
        if (kernel.end().isEmpty() && signalled && kernel.signals().pending(task)) {
            interrupt(task);
            return true;
        }
        return false;
    }

    private void interrupt(Task task) {
        // What is left of a sleep is part of the delivery.
        kernel.signals().deliver(task, true);
        task.endCall();
    }

    void save(StateWriter out) {
        out.mark(8).putInt(lastId).putLong(endedNanos).putInt(leaderStatus).putInt(tasks.size());
        tasks.values().forEach(task -> task.save(out));
    }

    void load(StateReader in) {
        in.expect(8);
        lastId = in.getInt();
        endedNanos = in.getLong();
        leaderStatus = in.getInt();
        int count = in.getCount(64);
        if (count < 1 || count > MAX_TASKS) {
            throw new BadSnapshotException("the monitor state has " + count + " tasks");
        }
        for (int i = 0; i < count; i++) {
            Task task = Task.load(kernel, in);
            tasks.put(task.id(), task);
            (task.blocked() ? waiting : ready).add(task);
        }
    }
}
