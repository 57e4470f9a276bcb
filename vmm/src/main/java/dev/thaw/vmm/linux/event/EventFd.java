package dev.thaw.vmm.linux.event;

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

/** eventfd(2): a 64-bit unsigned counter. */
public final class EventFd extends FileDescription {
    /** ULLONG_MAX - 1. */
    private static final long MOST = -2;

    private final Kernel kernel;
    private final boolean semaphore;
    private long count;
    private long activity;

    EventFd(Kernel kernel, long count, boolean semaphore, boolean nonBlocking) {
        super(OpenFlags.O_RDWR | (nonBlocking ? OpenFlags.O_NONBLOCK : 0));
        this.kernel = kernel;
        this.count = count;
        this.semaphore = semaphore;
    }

    @Override
    public long read(Task task, UserBuffer into) {
        if (into.remaining() < Long.BYTES) {
            return -Errno.EINVAL;
        }
        if (count == 0) {
            return -Errno.EAGAIN;
        }
        long value = semaphore ? 1 : count;
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
        if (into.put(bytes, 0, bytes.length) < bytes.length) {
            return -Errno.EFAULT;
        }
        count -= value;
        touch();
        return Long.BYTES;
    }

    @Override
    public long write(Task task, UserBuffer from) {
        if (from.remaining() < Long.BYTES) {
            return -Errno.EINVAL;
        }
        byte[] bytes = from.getAll(Long.BYTES);
        if (bytes.length < Long.BYTES) {
            return -Errno.EFAULT;
        }
        long value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (value == -1) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(value, MOST - count) > 0) {
            return -Errno.EAGAIN;
        }
        count += value;
        touch();
        return Long.BYTES;
    }

    private void touch() {
        activity++;
        kernel.changed();
    }

    /** Does nothing, as Linux's noop_llseek. */
    @Override
    public long seek(long offset, int whence) {
        return 0;
    }

    @Override
    public int readiness() {
        return (count != 0 ? Poll.IN : 0) | (Long.compareUnsigned(count, MOST) < 0 ? Poll.OUT : 0);
    }

    @Override
    public long activity() {
        return activity;
    }

    @Override
    public Stat stat() {
        return AnonymousInode.STAT;
    }

    @Override
    public String linkName() {
        return "anon_inode:[eventfd]";
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.EVENT.tag()).putInt(statusFlags()).putLong(count).putBoolean(semaphore).putLong(activity);
    }

    /** Reads what {@link #save} wrote after the tag. */
    public static EventFd load(StateReader in, Kernel kernel) {
        int flags = in.getInt();
        EventFd description = new EventFd(kernel, in.getLong(), in.getBoolean(), false);
        description.setStatusFlags(flags);
        description.activity = in.getLong();
        return description;
    }
}
