package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.DescriptionKind;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.linux.fs.Stat;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** One open end of a pipe, or of a FIFO, which may also be opened for both. */
public final class PipeEnd extends FileDescription {
    /** asm-generic/ioctls.h. */
    private static final int FIONREAD = 0x541b;
    private static final int FIONBIO = 0x5421;
    /** linux/fcntl.h. */
    private static final int F_SETPIPE_SZ = 1031;
    private static final int F_GETPIPE_SZ = 1032;

    private final Kernel kernel;
    private final Pipe pipe;
    private final boolean reads;
    private final boolean writes;

    /** @param flags the access mode and O_NONBLOCK */
    PipeEnd(Kernel kernel, Pipe pipe, int flags) {
        super(flags);
        this.kernel = kernel;
        this.pipe = pipe;
        reads = OpenFlags.readable(flags);
        writes = OpenFlags.writable(flags);
        pipe.opened(reads, writes);
    }

    @Override
    public long read(Task task, UserBuffer into) {
        return reads ? pipe.read(into) : -Errno.EBADF;
    }

    @Override
    public long write(Task task, UserBuffer from) {
        return writes ? pipe.write(from) : -Errno.EBADF;
    }

    @Override
    public long ioctl(Task task, int request, long argument) {
        switch (request) {
            case FIONREAD -> task.user().writeInt(argument, pipe.unread());
            case FIONBIO -> {
                int flags = statusFlags() & ~OpenFlags.O_NONBLOCK;
                setStatusFlags(task.user().readInt(argument) != 0 ? flags | OpenFlags.O_NONBLOCK : flags);
            }
            default -> {
                return -Errno.ENOTTY;
            }
        }
        return 0;
    }

    @Override
    public long fcntl(Task task, int command, long argument) {
        return switch (command) {
            case F_GETPIPE_SZ -> pipe.capacity();
            case F_SETPIPE_SZ -> pipe.setCapacity((int) argument & 0xffff_ffffL);
            default -> super.fcntl(task, command, argument);
        };
    }

    @Override
    public boolean writesAll() {
        return true;
    }

    @Override
    public int readiness() {
        return pipe.readiness(reads, writes);
    }

    @Override
    public long activity() {
        return pipe.activity(reads, writes);
    }

    @Override
    public Stat stat() {
        return new Stat(14, pipe.id(), Stat.S_IFIFO | 0600, 1, 0, 0, 0, 0, 4096, 0, 0, 0, 0);
    }

    @Override
    public String linkName() {
        return "pipe:[" + pipe.id() + "]";
    }

    @Override
    protected void close() {
        if (pipe.closed(reads, writes)) {
            kernel.network().eventObjects().forget(pipe);
        }
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.PIPE.tag()).putInt(statusFlags()).putInt(pipe.id());
    }

    /** Reads what {@link #save} wrote after the tag; the network is loaded already. */
    public static PipeEnd load(StateReader in, Kernel kernel) {
        int flags = in.getInt();
        return new PipeEnd(kernel, kernel.network().eventObjects().pipe(in.getInt()), flags);
    }
}
