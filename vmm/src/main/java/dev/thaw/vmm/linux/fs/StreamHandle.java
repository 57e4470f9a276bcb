package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.OutputSink;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.MemorySegment;

/** Descriptor 0, 1 or 2 as the VM was given it: to the guest the end of a pipe. */
final class StreamHandle extends FileDescription {
    /** linux/pipe_fs_i.h, asm-generic/ioctls.h. */
    private static final int FIONREAD = 0x541b;
    private static final int CHUNK = 64 * 1024;
    private static final int LEAST = 256;

    private final FileSystem fileSystem;
    private final int number;
    private long reads;

    StreamHandle(FileSystem fileSystem, int number, int flags) {
        super(flags);
        this.fileSystem = fileSystem;
        this.number = number;
    }

    private MachineConfig config() {
        return fileSystem.kernel().config();
    }

    @Override
    public long read(Task task, UserBuffer into) {
        if (number != 0) {
            return -Errno.EBADF;
        }
        reads++;
        InputSource input = config().stdin();
        long before = into.moved();
        // As much as there is, not as much as is asked for: programs ask for 64 KB to read a line.
        byte[] bytes = new byte[(int) Math.min(Math.clamp(input.available(), LEAST, CHUNK), into.remaining())];
        while (into.remaining() > 0) {
            MemorySegment target = into.next(bytes.length, true);
            if (target.byteSize() == 0) {
                break;
            }
            int n = input.read(bytes, 0, (int) target.byteSize());
            if (n == InputSource.NOTHING_YET && into.moved() == before) {
                return -Errno.EAGAIN;
            }
            if (n <= 0) {
                break;
            }
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, target, 0, n);
            into.advance(n);
        }
        return into.moved() - before;
    }

    @Override
    public long write(Task task, UserBuffer from) {
        if (number == 0) {
            return -Errno.EBADF;
        }
        OutputSink sink = number == 1 ? config().stdout() : config().stderr();
        long before = from.moved();
        while (from.remaining() > 0) {
            byte[] bytes = from.getAll(CHUNK);
            if (bytes.length == 0) {
                break;
            }
            int allowed = fileSystem.countOutput(bytes.length);
            sink.write(bytes, 0, allowed);
            if (allowed < bytes.length) {
                break;
            }
        }
        return from.moved() - before;
    }

    @Override
    public long ioctl(Task task, int request, long argument) {
        if (request == FIONREAD && number == 0) {
            task.user().writeInt(argument, Math.max(0, config().stdin().available()));
            return 0;
        }
        return super.ioctl(task, request, argument);
    }

    /** The host does not tell when input comes: what is there after a read may be new. */
    @Override
    public long activity() {
        return reads;
    }

    @Override
    public int readiness() {
        if (number != 0) {
            return Poll.OUT;
        }
        int available = config().stdin().available();
        return available == InputSource.END ? Poll.HUP : available > 0 ? Poll.IN : 0;
    }

    @Override
    public Stat stat() {
        long now = fileSystem.bootTime();
        return new Stat(InodeFacts.COMPUTED_DEVICE, number + 1, Stat.S_IFIFO | 0600, 1, 0, 0, 0, 0, 4096, 0, now, now,
                now);
    }

    @Override
    public String linkName() {
        return "pipe:[" + (number + 1) + "]";
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.STREAM.tag()).putInt(statusFlags()).putInt(number);
    }

    static FileDescription load(FileSystem fileSystem, StateReader in) {
        int flags = in.getInt();
        return new StreamHandle(fileSystem, Math.floorMod(in.getInt(), 3), flags);
    }
}
