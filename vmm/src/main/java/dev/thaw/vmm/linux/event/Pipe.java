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

    private final Kernel kernel;
    private final int id;
    private final Inbox bytes;
    private int readers;
    private int writers;
    private long readActivity;
    private long writeActivity;

    Pipe(Kernel kernel, int id) {
        this.kernel = kernel;
        this.id = id;
        bytes = new Inbox(kernel.network().budget(), CAPACITY);
    }

    int id() {
        return id;
    }

    void opened(boolean writeEnd) {
        if (writeEnd) {
            writers++;
        } else {
            readers++;
        }
    }

    /** An end is closed. @return whether it was the last */
    boolean closed(boolean writeEnd) {
        if (writeEnd) {
            writers--;
        } else {
            readers--;
        }
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

    int readiness(boolean writeEnd) {
        if (writeEnd) {
            return (writable() ? Poll.OUT : 0) | (readers == 0 ? Poll.ERR : 0);
        }
        return (bytes.isEmpty() ? 0 : Poll.IN) | (writers == 0 ? Poll.HUP : 0);
    }

    long activity(boolean writeEnd) {
        return writeEnd ? writeActivity : readActivity;
    }

    /** Bytes that wait: FIONREAD. */
    int unread() {
        return (int) bytes.size();
    }

    void save(StateWriter out) {
        out.putInt(id).putLong(readActivity).putLong(writeActivity);
        bytes.save(out);
    }

    /** A saved pipe; its ends count themselves when they are loaded. */
    static Pipe load(Kernel kernel, StateReader in) {
        Pipe pipe = new Pipe(kernel, in.getInt());
        pipe.readActivity = in.getLong();
        pipe.writeActivity = in.getLong();
        pipe.bytes.load(in);
        return pipe;
    }
}
