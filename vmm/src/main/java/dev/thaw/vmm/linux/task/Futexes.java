package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who waits for which futex, in the order they came. Under the kernel's lock, which makes compare-and-wait one step. */
public final class Futexes {
    /** Set in the key of a futex that is known by where it lies in guest-physical memory. */
    private static final long PHYSICAL = Long.MIN_VALUE;

    private final Kernel kernel;
    private final Map<Long, Deque<Task>> queues = new HashMap<>();

    public Futexes(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A futex in a shared mapping is the same at all its addresses; any other is known by its address. */
    long key(long address, boolean processPrivate) {
        if (processPrivate) {
            return address;
        }
        Vma vma = kernel.space().mappings().find(address);
        return vma != null && vma.kind() == Vma.Kind.SHARED_FILE
                ? PHYSICAL | kernel.space().resolve(address, false) : address;
    }

    void add(Task task, FutexWait wait) {
        task.setFutexWait(Optional.of(wait));
        queues.computeIfAbsent(wait.key(), _ -> new ArrayDeque<>()).add(task);
    }

    boolean waitedFor(long key) {
        return queues.containsKey(key);
    }

    /** The task waits no more, woken or not. */
    public void forget(Task task, FutexWait wait) {
        Deque<Task> queue = queues.get(wait.key());
        if (queue != null) {
            queue.remove(task);
            if (queue.isEmpty()) {
                queues.remove(wait.key());
            }
        }
    }

    /** Wakes up to {@code most} waiters that have a bit in common with {@code bits}; answers how many. */
    public int wake(long key, int most, int bits) {
        Deque<Task> queue = queues.get(key);
        int woken = 0;
        if (queue != null) {
            for (Task task : new ArrayList<>(queue)) {
                FutexWait wait = task.futexWait().orElseThrow();
                if (woken < most && (wait.bits() & bits) != 0) {
                    task.setFutexWait(Optional.of(wait.wakeUp()));
                    forget(task, wait);
                    woken++;
                }
            }
        }
        if (woken > 0) {
            kernel.changed();
        }
        return woken;
    }

    /** Makes up to {@code most} waiters of one futex wait for another; answers how many. */
    int move(long from, long to, int most) {
        Deque<Task> queue = queues.get(from);
        int moved = 0;
        if (queue != null && from != to) {
            for (Task task : new ArrayList<>(queue)) {
                if (moved == most) {
                    break;
                }
                FutexWait wait = task.futexWait().orElseThrow();
                forget(task, wait);
                add(task, wait.movedTo(to));
                moved++;
            }
        }
        return moved;
    }

    public void save(StateWriter out) {
        int waiters = queues.values().stream().mapToInt(Deque::size).sum();
        out.mark(9).putInt(waiters);
        queues.forEach((key, queue) -> queue.forEach(task ->
                out.putLong(key).putInt(task.id()).putInt(task.futexWait().orElseThrow().bits())));
        int[] woken = kernel.scheduler().tasks().stream()
                .filter(task -> task.futexWait().filter(FutexWait::woken).isPresent()).mapToInt(Task::id).toArray();
        out.putInt(woken.length);
        for (int id : woken) {
            out.putInt(id);
        }
    }

    /** After the tasks. */
    public void load(StateReader in) {
        in.expect(9);
        for (int i = in.getCount(16); i > 0; i--) {
            long key = in.getLong();
            Task task = task(in.getInt());
            add(task, new FutexWait(key, in.getInt(), false));
        }
        for (int i = in.getCount(4); i > 0; i--) {
            task(in.getInt()).setFutexWait(Optional.of(new FutexWait(0, 0, true)));
        }
    }

    private Task task(int id) {
        return kernel.scheduler().find(id)
                .orElseThrow(() -> new BadSnapshotException("the monitor state has a futex waiter " + id + " that is no task"));
    }
}
