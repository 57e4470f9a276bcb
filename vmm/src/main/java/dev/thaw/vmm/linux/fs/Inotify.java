package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;

/** An inotify(7) instance: its watches, and the events that wait to be read. */
final class Inotify extends FileDescription {
    /** linux/inotify.h: flags of a watch, and events that are always told. */
    static final int ONLYDIR = 0x0100_0000;
    static final int DONT_FOLLOW = 0x0200_0000;
    static final int MASK_CREATE = 0x1000_0000;
    static final int MASK_ADD = 0x2000_0000;
    private static final int ONESHOT = 0x8000_0000;
    private static final int Q_OVERFLOW = 0x4000;
    private static final int IGNORED = 0x8000;
    /** asm-generic/ioctls.h. */
    private static final int FIONREAD = 0x541b;
    /** sizeof(struct inotify_event), to a multiple of which names are padded. */
    private static final int HEADER = 16;
    /** fs.inotify.max_queued_events. */
    private static final int MOST_EVENTS = 16_384;

    /** One file watched. */
    record Watch(Inotify owner, int descriptor, Inode inode, int mask) {}

    private record Event(int descriptor, int mask, int cookie, String name) {
        int size() {
            return name.isEmpty() ? HEADER : HEADER + (name.length() + HEADER) / HEADER * HEADER;
        }
    }

    private final Kernel kernel;
    private final Notifier notifier;
    private final TreeMap<Integer, Watch> watches = new TreeMap<>();
    private final Deque<Event> events = new ArrayDeque<>();
    private int nextDescriptor = 1;
    private long activity;

    /** @throws GuestError EMFILE when there are too many */
    Inotify(Kernel kernel, int flags) {
        super(flags);
        this.kernel = kernel;
        this.notifier = kernel.fileSystem().notifier();
        notifier.open();
    }

    /** Watches a file, or changes what of it is watched. @return the watch descriptor, or {@code -errno} */
    int watch(Inode inode, int mask) {
        Optional<Watch> known = watches.values().stream().filter(watch -> watch.inode() == inode).findFirst();
        if (known.isPresent() && (mask & MASK_CREATE) != 0) {
            return -Errno.EEXIST;
        }
        int descriptor = known.map(Watch::descriptor).orElse(nextDescriptor);
        int before = known.filter(_ -> (mask & MASK_ADD) != 0).map(Watch::mask).orElse(0);
        known.ifPresent(notifier::remove);
        put(new Watch(this, descriptor, inode, before | mask & (Notifier.ALL_EVENTS | ONESHOT)));
        nextDescriptor = Math.max(nextDescriptor, descriptor + 1);
        return descriptor;
    }

    private void put(Watch watch) {
        notifier.add(watch);
        watches.put(watch.descriptor(), watch);
    }

    int unwatch(int descriptor) {
        Watch watch = watches.get(descriptor);
        if (watch == null) {
            return -Errno.EINVAL;
        }
        end(watch);
        return 0;
    }

    /** Ends a watch; the reader is told that it is over. */
    void end(Watch watch) {
        notifier.remove(watch);
        watches.remove(watch.descriptor());
        queue(new Event(watch.descriptor(), IGNORED, 0, ""));
    }

    void tell(Watch watch, int event, String name, int cookie) {
        if ((watch.mask() & event & Notifier.ALL_EVENTS) == 0) {
            return;
        }
        queue(new Event(watch.descriptor(), event, cookie, name));
        if ((watch.mask() & ONESHOT) != 0) {
            end(watch);
        }
    }

    /** An event like the last one that waits is told once, as in inotify_handle_inode_event of Linux. */
    private void queue(Event event) {
        if (event.equals(events.peekLast())) {
            return;
        }
        if (events.size() < MOST_EVENTS) {
            events.add(event);
        } else if (events.getLast().mask() != Q_OVERFLOW) {
            events.add(new Event(-1, Q_OVERFLOW, 0, ""));
        }
        activity++;
        kernel.changed();
    }

    @Override
    public long read(Task task, UserBuffer into) {
        if (events.isEmpty()) {
            return -Errno.EAGAIN;
        }
        long done = 0;
        while (!events.isEmpty() && into.remaining() >= events.getFirst().size()) {
            byte[] record = record(events.getFirst());
            if (into.put(record, 0, record.length) < record.length) {
                return done > 0 ? done : -Errno.EFAULT;
            }
            events.removeFirst();
            done += record.length;
        }
        return done > 0 ? done : -Errno.EINVAL;
    }

    private static byte[] record(Event event) {
        ByteBuffer out = ByteBuffer.allocate(event.size()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(event.descriptor()).putInt(event.mask()).putInt(event.cookie()).putInt(event.size() - HEADER);
        out.put(event.name().getBytes(StandardCharsets.ISO_8859_1));
        return out.array();
    }

    @Override
    public int readiness() {
        return events.isEmpty() ? 0 : Poll.IN;
    }

    @Override
    public long activity() {
        return activity;
    }

    @Override
    public long ioctl(Task task, int request, long argument) {
        if (request != FIONREAD) {
            return -Errno.ENOTTY;
        }
        task.user().writeInt(argument, events.stream().mapToInt(Event::size).sum());
        return 0;
    }

    @Override
    public Stat stat() {
        return new Stat(15, 1, 0600, 1, 0, 0, 0, 0, 4096, 0, 0, 0, 0);
    }

    @Override
    public String linkName() {
        return "anon_inode:inotify";
    }

    @Override
    protected void close() {
        watches.values().forEach(notifier::remove);
        notifier.close();
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.INOTIFY.tag()).putInt(statusFlags()).putInt(nextDescriptor).putLong(activity).putInt(watches.size());
        watches.values().forEach(watch -> {
            out.putInt(watch.descriptor()).putInt(watch.mask());
            kernel.fileSystem().putReference(out, watch.inode());
        });
        out.putInt(events.size());
        events.forEach(event -> out.putInt(event.descriptor()).putInt(event.mask()).putInt(event.cookie()).putString(event.name()));
    }

    static Inotify load(Kernel kernel, StateReader in) {
        Inotify loaded = new Inotify(kernel, in.getInt());
        loaded.nextDescriptor = in.getInt();
        loaded.activity = in.getLong();
        for (int i = in.getCount(12); i > 0; i--) {
            int descriptor = in.getInt();
            int mask = in.getInt();
            loaded.put(new Watch(loaded, descriptor, kernel.fileSystem().getReference(in, Inode.class), mask));
        }
        for (int i = in.getCount(16); i > 0; i--) {
            loaded.events.add(new Event(in.getInt(), in.getInt(), in.getInt(), in.getString()));
        }
        return loaded;
    }
}
