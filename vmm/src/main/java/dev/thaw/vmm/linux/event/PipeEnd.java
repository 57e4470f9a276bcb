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

/** One open end of a pipe. */
public final class PipeEnd extends FileDescription {
    /** asm-generic/ioctls.h. */
    private static final int FIONREAD = 0x541b;
    private static final int FIONBIO = 0x5421;

    private final Kernel kernel;
    private final Pipe pipe;
    private final boolean writeEnd;

    /** @param flags O_RDONLY or O_WRONLY, and O_NONBLOCK */
    PipeEnd(Kernel kernel, Pipe pipe, int flags) {
        super(flags);
        this.kernel = kernel;
        this.pipe = pipe;
        writeEnd = OpenFlags.writable(flags);
        pipe.opened(writeEnd);
    }

    @Override
    public long read(Task task, UserBuffer into) {
        return writeEnd ? -Errno.EBADF : pipe.read(into);
    }

    @Override
    public long write(Task task, UserBuffer from) {
        return writeEnd ? pipe.write(from) : -Errno.EBADF;
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
    public int readiness() {
        return pipe.readiness(writeEnd);
    }

    @Override
    public long activity() {
        return pipe.activity(writeEnd);
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
        if (pipe.closed(writeEnd)) {
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
