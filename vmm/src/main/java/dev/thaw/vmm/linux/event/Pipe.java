package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.linux.net.Inbox;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** A pipe: its bytes, and how many open descriptions read from and write to it. */
final class Pipe {
    /** pipe(7): 16 pages. */
    static final int CAPACITY = 65_536;
    /** PIPE_BUF of linux/limits.h: a write of so much or less goes in whole or not at all. */
    private static final int ATOMIC = 4096;

    static final int NO_FIFO = 0;
    /** fs.pipe-max-size. */
    private static final int MOST_CAPACITY = 1 << 20;

    private final Kernel kernel;
    private final int id;
    private final int fifo;
    private final Inbox bytes;
    private int readers;
    private int writers;
    private long readActivity;
    private long writeActivity;

    Pipe(Kernel kernel, int id, int fifo) {
        this.kernel = kernel;
        this.id = id;
        this.fifo = fifo;
        bytes = new Inbox(kernel.network().budget(), CAPACITY);
    }

    int id() {
        return id;
    }

    /** The FIFO this is, as the file system knows it; {@link #NO_FIFO} for a pipe without a name. */
    int fifo() {
        return fifo;
    }

    boolean hasReaders() {
        return readers > 0;
    }

    boolean hasWriters() {
        return writers > 0;
    }

    void opened(boolean reads, boolean writes) {
        readers += reads ? 1 : 0;
        writers += writes ? 1 : 0;
        kernel.changed();
    }

    /** An end is closed. @return whether it was the last */
    boolean closed(boolean reads, boolean writes) {
        readers -= reads ? 1 : 0;
        writers -= writes ? 1 : 0;
        readActivity++;
        writeActivity++;
        kernel.changed();
        if (readers + writers > 0) {
            return false;
        }
        bytes.clear();
        return true;
    }

    long read(UserBuffer into) {
        if (into.remaining() == 0) {
            return 0;
        }
        if (bytes.isEmpty()) {
            return writers == 0 ? 0 : -Errno.EAGAIN;
        }
        boolean wasFull = !writable();
        long n = bytes.drain(into, false);
        if (wasFull && writable()) {
            writeActivity++;
        }
        kernel.changed();
        return n;
    }

    long write(UserBuffer from) {
        long wanted = from.remaining();
        if (readers == 0) {
            return wanted == 0 ? 0 : -Errno.EPIPE;
        }
        if (wanted == 0) {
            return 0;
        }
        if (bytes.room() == 0 || wanted <= ATOMIC && bytes.room() < wanted) {
            return -Errno.EAGAIN;
        }
        long n = bytes.fill(from);
        readActivity++;
        kernel.changed();
        return n;
    }

    private boolean writable() {
        return bytes.room() >= ATOMIC;
    }

    int readiness(boolean reads, boolean writes) {
        return (writes && writable() ? Poll.OUT : 0) | (writes && readers == 0 ? Poll.ERR : 0)
                | (reads && !bytes.isEmpty() ? Poll.IN : 0) | (reads && writers == 0 ? Poll.HUP : 0);
    }

    long activity(boolean reads, boolean writes) {
        return (reads ? readActivity : 0) + (writes ? writeActivity : 0);
    }

    /** F_GETPIPE_SZ. */
    int capacity() {
        return bytes.limit();
    }

    /** F_SETPIPE_SZ: rounded up to a power of two of at least a page. Returns the new capacity, or -EPERM, -EBUSY. */
    long setCapacity(long wanted) {
        if (wanted > MOST_CAPACITY || wanted < 0) {
            return wanted < 0 ? -Errno.EINVAL : -Errno.EPERM;
        }
        int size = Math.max(ATOMIC, Integer.highestOneBit((int) Math.max(1, wanted * 2 - 1)));
        if (size < bytes.size()) {
            return -Errno.EBUSY;
        }
        bytes.setLimit(size);
        kernel.changed();
        return size;
    }

    /** Bytes that wait: FIONREAD. */
    int unread() {
        return (int) bytes.size();
    }

    void save(StateWriter out) {
        out.putInt(id).putInt(fifo).putInt(bytes.limit()).putLong(readActivity).putLong(writeActivity);
        bytes.save(out);
    }

    /** A saved pipe; its ends count themselves when they are loaded. */
    static Pipe load(Kernel kernel, StateReader in) {
        Pipe pipe = new Pipe(kernel, in.getInt(), in.getInt());
        pipe.bytes.setLimit(Math.clamp(in.getInt(), ATOMIC, MOST_CAPACITY));
        pipe.readActivity = in.getLong();
        pipe.writeActivity = in.getLong();
        pipe.bytes.load(in);
        return pipe;
    }
}
