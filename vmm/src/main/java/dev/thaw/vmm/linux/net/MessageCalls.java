package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.Waiting;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Calls that send and receive. Ancillary data: descriptors ({@link Rights}); credentials are taken and dropped.
 */
public final class MessageCalls {
    /** struct user_msghdr and struct mmsghdr of linux/socket.h: offsets and the size of the latter. */
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int RESULT = 56;
    private static final int MMSGHDR = 64;
    /** UIO_MAXIOV bounds sendmmsg and recvmmsg. */
    private static final int MAX_MESSAGES = 1024;

    private MessageCalls() {}

    public static long sendto(Task task, Call call) {
        SocketDescription socket = SocketCalls.socket(task, call.intArg(0));
        Optional<Endpoint> to = call.arg(4) == 0
                ? Optional.empty() : destination(task, socket.socket(), call.arg(4), call.intArg(5));
        return send(task, socket, UserBuffer.of(task.user(), call.arg(1), call.arg(2)), to, call.intArg(3), List.of());
    }

    public static long sendmsg(Task task, Call call) {
        return sendMessage(task, SocketCalls.socket(task, call.intArg(0)), call.arg(1), call.intArg(2));
    }

    public static long sendmmsg(Task task, Call call) {
        SocketDescription socket = SocketCalls.socket(task, call.intArg(0));
        int flags = call.intArg(3);
        return many(call.intArg(2), i -> sendMessage(task, socket, call.arg(1) + (long) MMSGHDR * i,
                i == 0 ? flags : flags | SocketConstants.MSG_DONTWAIT), task, call);
    }

    private static long sendMessage(Task task, SocketDescription socket, long header, int flags) {
        UserMemory user = task.user();
        long name = user.readLong(header + NAME);
        Optional<Endpoint> to = name == 0
                ? Optional.empty() : destination(task, socket.socket(), name, user.readInt(header + NAME_LENGTH));
        List<FileDescription> rights = Rights.read(task, user.readLong(header + CONTROL), user.readLong(header + CONTROL_LENGTH));
        UserBuffer from = UserBuffer.ofIovec(user, user.readLong(header + IOV), messageRanges(user, header));
        return send(task, socket, from, to, flags, rights);
    }

    private static long messageRanges(UserMemory user, long header) {
        long count = user.readLong(header + IOV_COUNT);
        if (count < 0 || count > UserBuffer.MAX_RANGES) {
            throw new GuestError(Errno.EMSGSIZE);
        }
        return count;
    }

    private static Optional<Endpoint> destination(Task task, Socket socket, long address, int length) {
        return length == 0 ? Optional.empty()
                : Optional.of(SockAddr.readFor(socket, task.user(), address, length));
    }

    private static long send(Task task, SocketDescription description, UserBuffer from, Optional<Endpoint> to, int flags,
            List<FileDescription> rights) {
        Socket socket = description.socket();
        from.skip(task.progress());
        // What has begun has its descriptions with it already.
        long result = rights.isEmpty() || task.progress() > 0
                ? socket.send(from, to, flags) : Rights.send(task, socket, from, to, flags, rights);
        if (description.writesAll() && (!dontWait(description, flags) || task.progress() > 0)) {
            result = Waiting.untilWritten(task, result, from, socket.options().sendTimeout(), Long.MAX_VALUE);
        } else if (result == -Errno.EAGAIN && !dontWait(description, flags)) {
            return Waiting.orTimeout(task, socket.options().sendTimeout());
        }
        if (result == -Errno.EPIPE && socket instanceof StreamSocket && (flags & SocketConstants.MSG_NOSIGNAL) == 0) {
            return task.kernel().signals().brokenPipe(task);
        }
        return result;
    }

    private static boolean dontWait(SocketDescription description, int flags) {
        return description.nonBlocking() || (flags & SocketConstants.MSG_DONTWAIT) != 0;
    }

    public static long recvfrom(Task task, Call call) {
        SocketDescription socket = SocketCalls.socket(task, call.intArg(0));
        UserMemory user = task.user();
        Supplier<UserBuffer> into = () -> UserBuffer.of(user, call.arg(1), call.arg(2));
        Received received = receive(task, socket, into, call.intArg(3));
        socket.socket().discardRights();
        if (received.result() >= 0 && call.arg(4) != 0) {
            int room = user.readInt(call.arg(5));
            if (room < 0) {
                return -Errno.EINVAL;
            }
            int length = SockAddr.writeTo(user, received.from(), socket.socket().domain(), call.arg(4), room);
            user.writeInt(call.arg(5), length);
        }
        return received.result();
    }

    public static long recvmsg(Task task, Call call) {
        return receiveMessage(task, SocketCalls.socket(task, call.intArg(0)), call.arg(1), call.intArg(2));
    }

    /** Returns what is there once one message is there, as with MSG_WAITFORONE; the timeout is SO_RCVTIMEO's alone. */
    public static long recvmmsg(Task task, Call call) {
        SocketDescription socket = SocketCalls.socket(task, call.intArg(0));
        int flags = call.intArg(3) & ~SocketConstants.MSG_WAITFORONE;
        return many(call.intArg(2), i -> receiveMessage(task, socket, call.arg(1) + (long) MMSGHDR * i,
                i == 0 ? flags : flags | SocketConstants.MSG_DONTWAIT), task, call);
    }

    private static long receiveMessage(Task task, SocketDescription socket, long header, int flags) {
        UserMemory user = task.user();
        long name = user.readLong(header + NAME);
        int room = user.readInt(header + NAME_LENGTH);
        if (name != 0 && room < 0) {
            return -Errno.EINVAL;
        }
        long ranges = messageRanges(user, header);
        Supplier<UserBuffer> into = () -> UserBuffer.ofIovec(user, user.readLong(header + IOV), ranges);
        Received received = receive(task, socket, into, flags);
        if (received.result() < 0) {
            return received.result();
        }
        if (name != 0) {
            user.writeInt(header + NAME_LENGTH,
                    SockAddr.writeTo(user, received.from(), socket.socket().domain(), name, room));
        }
        int cut = Rights.receive(task, socket.socket(), user.readLong(header + CONTROL), header + CONTROL_LENGTH,
                (flags & SocketConstants.MSG_CMSG_CLOEXEC) != 0);
        user.writeInt(header + FLAGS, received.flags() | cut | flags & SocketConstants.MSG_CMSG_CLOEXEC);
        return received.result();
    }

    private static Received receive(Task task, SocketDescription description, Supplier<UserBuffer> into, int flags) {
        Socket socket = description.socket();
        if ((flags & SocketConstants.MSG_ERRQUEUE) != 0) {
            return Received.of(-Errno.EAGAIN);
        }
        boolean dontWait = dontWait(description, flags);
        Received received = socket.receive(into.get(), dontWait ? flags | SocketConstants.MSG_DONTWAIT : flags);
        if (!received.wouldBlock() || dontWait) {
            return received;
        }
        long waited = Waiting.orTimeout(task, socket.options().receiveTimeout());
        boolean over = waited != Syscall.BLOCKED;
        return over ? socket.receive(into.get(), flags | SocketConstants.MSG_DONTWAIT) : Received.of(waited);
    }

    private interface One {
        long run(int index);
    }

    /** The messages of sendmmsg and recvmmsg: their count, or the first one's failure. */
    private static long many(int wanted, One one, Task task, Call call) {
        int count = Math.clamp(wanted & 0xffff_ffffL, 0, MAX_MESSAGES);
        for (int i = 0; i < count; i++) {
            long result;
            try {
                result = one.run(i);
            } catch (GuestError e) {
                result = -e.errno();
            }
            if (result < 0) {
                return i == 0 ? result : i;
            }
            task.user().writeInt(call.arg(1) + (long) MMSGHDR * i + RESULT, (int) result);
        }
        return count;
    }
}
