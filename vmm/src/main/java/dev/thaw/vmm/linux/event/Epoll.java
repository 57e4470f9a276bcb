package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.fs.DescriptionKind;
import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.fs.Stat;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * epoll(7): descriptions to watch, by descriptor and description. A watch whose description is closed everywhere goes away by
 * itself. An epoll may watch others that watch no epoll; deeper nesting is ELOOP.
 */
public final class Epoll extends FileDescription {
    /** What a watch costs of the VM's budget. */
    private static final int COST = 160;

    /** Watches at which those of closed descriptions are looked for when one is added; doubled with what is left. */
    private static final int LEAST_PRUNE = 64;

    private record Key(int fd, FileDescription target) {}

    /** @param holder a descriptor of the watched description */
    private record Unlinked(int holder, Watch.Saved watch) {}

    private final Kernel kernel;
    private final List<Unlinked> unlinked = new ArrayList<>();
    private final Map<Key, Watch> watches = new LinkedHashMap<>();
    private int nested;
    private int watchers;
    private int pruneAt = LEAST_PRUNE;
    private long scanned = -1;
    private int scannedReady;
    private long scannedWake;
    private long scannedActivity;

    Epoll(Kernel kernel) {
        super(OpenFlags.O_RDWR);
        this.kernel = kernel;
    }

    long add(int fd, FileDescription target, int events, long data) {
        Key key = new Key(fd, target);
        if (watches.containsKey(key)) {
            return -Errno.EEXIST;
        }
        if (watches.size() >= pruneAt) {
            removeClosed();
            pruneAt = Math.max(LEAST_PRUNE, 2 * watches.size());
        }
        if (target instanceof Epoll other && (other.nested > 0 || watchers > 0)) {
            return -Errno.ELOOP;
        }
        if (!kernel.network().budget().take(COST)) {
            return -Errno.ENOSPC;
        }
        put(key, new Watch(fd, target, events, data));
        kernel.changed();
        return 0;
    }

    private void put(Key key, Watch watch) {
        watches.put(key, watch);
        if (watch.target() instanceof Epoll other) {
            nested++;
            other.watchers++;
        }
    }

    private void dropped(Watch watch) {
        kernel.network().budget().give(COST);
        if (watch.target() instanceof Epoll other) {
            nested--;
            other.watchers--;
        }
    }

    private void removeClosed() {
        for (Iterator<Watch> all = watches.values().iterator(); all.hasNext(); ) {
            Watch watch = all.next();
            if (!watch.target().inUse()) {
                all.remove();
                dropped(watch);
            }
        }
    }

    long modify(int fd, FileDescription target, int events, long data) {
        Watch watch = watches.get(new Key(fd, target));
        if (watch == null) {
            return -Errno.ENOENT;
        }
        watch.set(events, data);
        kernel.changed();
        return 0;
    }

    long remove(int fd, FileDescription target) {
        Watch watch = watches.remove(new Key(fd, target));
        if (watch == null) {
            return -Errno.ENOENT;
        }
        dropped(watch);
        return 0;
    }

    /** At most {@code most} watches that have something to report, those reported longest ago first. */
    List<Watch> ready(int most) {
        removeClosed();
        List<Watch> ready = new ArrayList<>();
        for (Watch watch : watches.values()) {
            if (watch.look() != 0) {
                ready.add(watch);
                if (ready.size() == most) {
                    break;
                }
            }
        }
        return ready;
    }

    /** The guest has been told of this watch: the others come first next time. */
    void reported(Watch watch) {
        watch.reported();
        Key key = new Key(watch.fd(), watch.target());
        watches.remove(key);
        watches.put(key, watch);
    }

    /** Looks at all watches, at most once a scan. */
    private void scan() {
        long scan = kernel.network().eventObjects().scan();
        if (scanned == scan) {
            return;
        }
        scanned = scan;
        scannedReady = 0;
        scannedWake = Long.MAX_VALUE;
        scannedActivity = 0;
        for (Watch watch : watches.values()) {
            FileDescription target = watch.target();
            if (target.inUse()) {
                scannedReady |= watch.look() != 0 ? Poll.IN : 0;
                scannedWake = Math.min(scannedWake, target.wakeTime());
                scannedActivity += target.activity();
            }
        }
    }

    /** Does nothing, as Linux's noop_llseek. */
    @Override
    public long seek(long offset, int whence) {
        return 0;
    }

    @Override
    public int readiness() {
        scan();
        return scannedReady;
    }

    @Override
    public long activity() {
        scan();
        return scannedActivity;
    }

    @Override
    public long wakeTime() {
        scan();
        return scannedWake;
    }

    @Override
    public Stat stat() {
        return AnonymousInode.STAT;
    }

    @Override
    public String linkName() {
        return "anon_inode:[eventpoll]";
    }

    @Override
    protected void close() {
        watches.values().forEach(this::dropped);
        watches.clear();
    }

    @Override
    public void save(StateWriter out) {
        removeClosed();
        Map<FileDescription, Integer> holders = new IdentityHashMap<>();
        for (int fd : kernel.files().descriptors()) {
            holders.put(kernel.files().get(fd), fd);
        }
        out.putInt(DescriptionKind.EPOLL.tag()).putInt(statusFlags());
        List<Watch> saved = watches.values().stream().filter(watch -> holders.containsKey(watch.target())).toList();
        out.putInt(saved.size());
        for (Watch watch : saved) {
            out.putInt(holders.get(watch.target()));
            watch.save(out);
        }
    }

    /** Reads what {@link #save} wrote after the tag; {@link #loaded} finds the descriptions. */
    public static Epoll load(StateReader in, Kernel kernel) {
        int flags = in.getInt();
        Epoll epoll = new Epoll(kernel);
        epoll.setStatusFlags(flags);
        for (int i = in.getCount(40); i > 0; i--) {
            epoll.unlinked.add(new Unlinked(in.getInt(), Watch.Saved.read(in)));
        }
        return epoll;
    }

    @Override
    public void loaded(FdTable files) {
        for (Unlinked saved : unlinked) {
            if (!files.isOpen(saved.holder) || !kernel.network().budget().take(COST)) {
                throw new BadSnapshotException("the monitor state has a watch of descriptor " + saved.holder
                        + ", which is not open");
            }
            FileDescription target = files.get(saved.holder);
            put(new Key(saved.watch.fd(), target), saved.watch.of(target));
        }
        unlinked.clear();
    }
}
