package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Clock;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.DescriptionKind;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.fs.Stat;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * timerfd_create(2): nothing runs in the background, expirations are reckoned from the clock when somebody looks. A timer on the
 * realtime clock set to an absolute time keeps that time across a thaw; all others go on from where they were frozen.
 */
public final class TimerFd extends FileDescription {
    private final Kernel kernel;
    private final boolean realtime;
    private boolean absolute;
    /** On the clock that {@link #now} reads; 0 when disarmed. */
    private long expiry;
    private long interval;
    /** Expirations read, and arrangements made, so far. */
    private long past;

    TimerFd(Kernel kernel, boolean realtime, boolean nonBlocking) {
        super(OpenFlags.O_RDWR | (nonBlocking ? OpenFlags.O_NONBLOCK : 0));
        this.kernel = kernel;
        this.realtime = realtime;
    }

    private long now() {
        Clock clock = kernel.clock();
        return realtime && absolute ? clock.realtimeNanos() : clock.monotonicNanos();
    }

    /**
     * Arms or disarms the timer.
     *
     * @param value nanoseconds: from now, or with {@code isAbsolute} on the timer's clock; 0 disarms
     * @param every nanoseconds between later expirations, 0 for one alone
     */
    void set(long value, long every, boolean isAbsolute) {
        absolute = isAbsolute;
        interval = every;
        long at = isAbsolute ? value : now() + value;
        expiry = value == 0 ? 0 : at < 0 ? Long.MAX_VALUE : at;
        past++;
        kernel.changed();
    }

    /** Nanoseconds to the next expiration; 0 when there is none to come. */
    long left() {
        if (expiry == 0) {
            return 0;
        }
        long now = now();
        return now < expiry ? expiry - now : interval == 0 ? 0 : interval - (now - expiry) % interval;
    }

    long interval() {
        return interval;
    }

    private long due() {
        long now = now();
        if (expiry == 0 || now < expiry) {
            return 0;
        }
        return interval == 0 ? 1 : 1 + (now - expiry) / interval;
    }

    @Override
    public long read(Task task, UserBuffer into) {
        if (into.remaining() < Long.BYTES) {
            return -Errno.EINVAL;
        }
        long due = due();
        if (due == 0) {
            return -Errno.EAGAIN;
        }
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(due).array();
        if (into.put(bytes, 0, bytes.length) < bytes.length) {
            return -Errno.EFAULT;
        }
        expiry = interval == 0 ? 0 : expiry + due * interval;
        past += due;
        return Long.BYTES;
    }

    /** Does nothing, as Linux's noop_llseek. */
    @Override
    public long seek(long offset, int whence) {
        return 0;
    }

    @Override
    public int readiness() {
        return due() > 0 ? Poll.IN : 0;
    }

    @Override
    public long activity() {
        return past + due();
    }

    @Override
    public long wakeTime() {
        long left = left();
        long at = kernel.clock().monotonicNanos() + left;
        return left == 0 || at < 0 ? Long.MAX_VALUE : at;
    }

    @Override
    public Stat stat() {
        return AnonymousInode.STAT;
    }

    @Override
    public String linkName() {
        return "anon_inode:[timerfd]";
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.TIMER.tag()).putInt(statusFlags()).putBoolean(realtime).putBoolean(absolute).putLong(expiry).putLong(interval)
                .putLong(past);
    }

    /** Reads what {@link #save} wrote after the tag. */
    public static TimerFd load(StateReader in, Kernel kernel) {
        int flags = in.getInt();
        TimerFd description = new TimerFd(kernel, in.getBoolean(), false);
        description.setStatusFlags(flags);
        description.absolute = in.getBoolean();
        description.expiry = in.getLong();
        description.interval = in.getLong();
        description.past = in.getLong();
        return description;
    }
}
