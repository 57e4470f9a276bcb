package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.linux.fs.Stat;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.List;

/** The epoll calls. struct epoll_event of linux/eventpoll.h is packed on x86-64: events at 0, data at 4; 12 bytes. */
public final class EpollCalls {
    private static final int EVENT = 12;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    private EpollCalls() {}

    public static long epollCreate(Task task, Call call) {
        return call.intArg(0) <= 0 ? -Errno.EINVAL : task.files().add(new Epoll(task.kernel()), false);
    }

    public static long epollCreate1(Task task, Call call) {
        int flags = call.intArg(0);
        return (flags & ~OpenFlags.O_CLOEXEC) != 0
                ? -Errno.EINVAL : task.files().add(new Epoll(task.kernel()), flags != 0);
    }

    private static Epoll epoll(Task task, int fd) {
        if (task.files().get(fd) instanceof Epoll epoll) {
            return epoll;
        }
        throw new GuestError(Errno.EINVAL);
    }

    public static long epollCtl(Task task, Call call) {
        int operation = call.intArg(1);
        int fd = call.intArg(2);
        UserMemory user = task.user();
        boolean takesEvent = operation != EPOLL_CTL_DEL;
        int events = takesEvent ? user.readInt(call.arg(3)) : 0;
        long data = takesEvent ? user.readLong(call.arg(3) + 4) : 0;
        FileDescription self = task.files().get(call.intArg(0));
        FileDescription target = task.files().get(fd);
        int type = target.stat().type();
        if (type == Stat.S_IFREG || type == Stat.S_IFDIR) {
            return -Errno.EPERM;
        }
        Epoll epoll = epoll(task, call.intArg(0));
        if (target == self) {
            return -Errno.EINVAL;
        }
        return switch (operation) {
            case EPOLL_CTL_ADD -> epoll.add(fd, target, events, data);
            case EPOLL_CTL_DEL -> epoll.remove(fd, target);
            case EPOLL_CTL_MOD -> epoll.modify(fd, target, events, data);
            default -> -Errno.EINVAL;
        };
    }

    public static long epollWait(Task task, Call call) {
        return wait(task, call, Timeout.ofMillis(call.intArg(3)));
    }

    public static long epollPwait(Task task, Call call) {
        return TemporaryMask.during(task, call.arg(4), call.arg(5), () -> epollWait(task, call));
    }

    public static long epollPwait2(Task task, Call call) {
        long timeout = Timeout.read(task.user(), call.arg(3), 1);
        return TemporaryMask.during(task, call.arg(4), call.arg(5), () -> wait(task, call, timeout));
    }

    private static long wait(Task task, Call call, long timeout) {
        int most = call.intArg(2);
        if (most <= 0 || most > Integer.MAX_VALUE / EVENT) {
            return -Errno.EINVAL;
        }
        Epoll epoll = epoll(task, call.intArg(0));
        task.kernel().network().eventObjects().beginScan();
        List<Watch> ready = epoll.ready(most);
        if (ready.isEmpty()) {
            return Timeout.over(task, timeout) ? 0 : Timeout.block(task, timeout, epoll.wakeTime());
        }
        int told = 0;
        for (Watch watch : ready) {
            long at = call.arg(1) + (long) told * EVENT;
            try {
                task.user().writeInt(at, watch.look());
                task.user().writeLong(at + 4, watch.data());
            } catch (GuestError e) {
                return told > 0 ? told : -e.errno();
            }
            epoll.reported(watch);
            told++;
        }
        return told;
    }
}
