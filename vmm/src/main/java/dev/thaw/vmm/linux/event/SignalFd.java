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
import dev.thaw.vmm.linux.signal.SignalInfo;
import dev.thaw.vmm.linux.signal.TaskSignals;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** signalfd(2): pending signals, read as {@code struct signalfd_siginfo} of linux/signalfd.h. */
public final class SignalFd extends FileDescription {
    /** sizeof(struct signalfd_siginfo) and its fields. */
    private static final int SIZE = 128;
    private static final int SSI_PID = 12;
    private static final int SSI_TID = 24;
    private static final int SSI_OVERRUN = 32;
    private static final int SSI_INT = 44;
    private static final int SSI_PTR = 48;
    private static final int SSI_ADDR = 72;

    private final Kernel kernel;
    private long set;

    SignalFd(Kernel kernel, long set, boolean nonBlocking) {
        super(OpenFlags.O_RDWR | (nonBlocking ? OpenFlags.O_NONBLOCK : 0));
        this.kernel = kernel;
        setSet(set);
    }

    /** Which signals it reads; SIGKILL and SIGSTOP are left out. */
    void setSet(long set) {
        this.set = set & ~TaskSignals.UNBLOCKABLE;
        kernel.changed();
    }

    @Override
    public long read(Task task, UserBuffer into) {
        if (into.remaining() < SIZE) {
            return -Errno.EINVAL;
        }
        long done = 0;
        while (into.remaining() >= SIZE) {
            Optional<SignalInfo> info = kernel.signals().take(task, set);
            if (info.isEmpty()) {
                break;
            }
            byte[] bytes = record(info.get());
            if (into.put(bytes, 0, SIZE) < SIZE) {
                return done == 0 ? -Errno.EFAULT : done;
            }
            done += SIZE;
        }
        return done == 0 ? -Errno.EAGAIN : done;
    }

    private static byte[] record(SignalInfo info) {
        ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, info.signo()).putInt(4, info.errno()).putInt(8, info.code());
        boolean timer = info.code() == SignalInfo.SI_TIMER;
        boolean fault = info.code() > 0 && info.code() != SignalInfo.SI_KERNEL;
        if (fault) {
            out.putLong(SSI_ADDR, info.first());
        } else if (timer) {
            out.putInt(SSI_TID, (int) info.first()).putInt(SSI_OVERRUN, (int) (info.first() >>> 32));
        } else {
            out.putLong(SSI_PID, info.first());
        }
        if (!fault) {
            out.putInt(SSI_INT, (int) info.second()).putLong(SSI_PTR, info.second());
        }
        return out.array();
    }

    @Override
    public int readiness() {
        return (kernel.signals().waiting() & set) != 0 ? Poll.IN : 0;
    }

    @Override
    public long activity() {
        return kernel.signals().activity();
    }

    @Override
    public Stat stat() {
        return AnonymousInode.STAT;
    }

    @Override
    public String linkName() {
        return "anon_inode:[signalfd]";
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.SIGNAL.tag()).putInt(statusFlags()).putLong(set);
    }

    /** Reads what {@link #save} wrote after the tag. */
    public static SignalFd load(StateReader in, Kernel kernel) {
        int flags = in.getInt();
        SignalFd description = new SignalFd(kernel, in.getLong(), false);
        description.setStatusFlags(flags);
        return description;
    }
}
