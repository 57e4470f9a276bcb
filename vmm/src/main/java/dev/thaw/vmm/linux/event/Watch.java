package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** One description that an epoll watches: which events, what to say, and what was said already. */
final class Watch {
    /** linux/eventpoll.h. */
    static final int EPOLLONESHOT = 1 << 30;
    static final int EPOLLET = 1 << 31;

    private final int fd;
    private final FileDescription target;
    private int events;
    private long data;
    private boolean disarmed;
    /** Edge-triggered: nothing was reported since the watch was set. */
    private boolean fresh = true;
    private long seenActivity;
    private int seenReady;

    Watch(int fd, FileDescription target, int events, long data) {
        this.fd = fd;
        this.target = target;
        this.events = events;
        this.data = data;
    }

    int fd() {
        return fd;
    }

    FileDescription target() {
        return target;
    }

    /** What epoll_event.data gives back. */
    long data() {
        return data;
    }

    /** EPOLL_CTL_MOD: as if it were new. */
    void set(int newEvents, long newData) {
        events = newEvents;
        data = newData;
        disarmed = false;
        fresh = true;
    }

    /** The events to report now, 0 for none. */
    int look() {
        if (disarmed) {
            return 0;
        }
        int ready = Readiness.of(target) & (events | Poll.ERR | Poll.HUP);
        boolean news = (events & EPOLLET) == 0 || fresh || (ready & ~seenReady) != 0
                || target.activity() != seenActivity;
        seenReady &= ready;
        return news ? ready : 0;
    }

    /** What {@link #look} found has been told to the guest. */
    void reported() {
        fresh = false;
        seenActivity = target.activity();
        seenReady = Readiness.of(target);
        disarmed = (events & EPOLLONESHOT) != 0;
    }

    void save(StateWriter out) {
        out.putInt(fd).putInt(events).putLong(data).putBoolean(disarmed).putBoolean(fresh).putLong(seenActivity)
                .putInt(seenReady);
    }

    /** A watch of a saved state, whose description is not there yet. */
    record Saved(
            int fd, int events, long data, boolean disarmed, boolean fresh, long seenActivity, int seenReady) {
        /** Reads what {@link Watch#save} wrote. */
        static Saved read(StateReader in) {
            return new Saved(in.getInt(), in.getInt(), in.getLong(), in.getBoolean(), in.getBoolean(), in.getLong(),
                    in.getInt());
        }

        Watch of(FileDescription target) {
            Watch watch = new Watch(fd, target, events, data);
            watch.disarmed = disarmed;
            watch.fresh = fresh;
            watch.seenActivity = seenActivity;
            watch.seenReady = seenReady;
            return watch;
        }
    }
}
