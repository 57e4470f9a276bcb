package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.Waiting;
import java.util.Optional;

/** Calls that make, name, connect and end sockets. */
public final class SocketCalls {
    private static final int NON_TYPE = ~(SocketConstants.SOCK_TYPE_MASK
            | SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC);

    /** linux/netlink.h. */
    private static final int NETLINK_ROUTE = 0;

    private SocketCalls() {}

    /** The socket behind a descriptor. @throws GuestError EBADF, ENOTSOCK */
    static SocketDescription socket(Task task, int fd) {
        if (task.files().get(fd) instanceof SocketDescription socket) {
            return socket;
        }
        throw new GuestError(Errno.ENOTSOCK);
    }

    /** 0, or the -errno of socket(2) for what there is not. */
    private static long check(int domain, int typeAndFlags, int protocol) {
        int type = typeAndFlags & SocketConstants.SOCK_TYPE_MASK;
        if ((typeAndFlags & NON_TYPE) != 0) {
            return -Errno.EINVAL;
        }
        boolean stream = type == SocketConstants.SOCK_STREAM;
        boolean datagram = type == SocketConstants.SOCK_DGRAM;
        return switch (domain) {
            case SocketConstants.AF_UNIX -> {
                if (!stream && !datagram && type != SocketConstants.SOCK_SEQPACKET) {
                    yield -Errno.ESOCKTNOSUPPORT;
                }
                yield protocol == 0 || protocol == SocketConstants.AF_UNIX ? 0 : -Errno.EPROTONOSUPPORT;
            }
            case SocketConstants.AF_INET, SocketConstants.AF_INET6 -> {
                if (type == SocketConstants.SOCK_RAW) {
                    yield -Errno.EPERM;
                }
                if (!stream && !datagram) {
                    yield -Errno.ESOCKTNOSUPPORT;
                }
                int own = stream ? SocketConstants.IPPROTO_TCP : SocketConstants.IPPROTO_UDP;
                yield protocol == 0 || protocol == own ? 0 : -Errno.EPROTONOSUPPORT;
            }
            case SocketConstants.AF_NETLINK -> {
                if (!datagram && type != SocketConstants.SOCK_RAW) {
                    yield -Errno.ESOCKTNOSUPPORT;
                }
                yield protocol == NETLINK_ROUTE ? 0 : -Errno.EPROTONOSUPPORT;
            }
            default -> -Errno.EAFNOSUPPORT;
        };
    }

    private static int install(Task task, Socket socket, int flags) {
        SocketDescription description = new SocketDescription(socket, (flags & SocketConstants.SOCK_NONBLOCK) != 0);
        return task.files().add(description, (flags & SocketConstants.SOCK_CLOEXEC) != 0);
    }

    private static Socket create(Task task, int domain, int typeAndFlags) {
        Network network = task.kernel().network();
        return network.newSocket(network.newId(), domain, typeAndFlags & SocketConstants.SOCK_TYPE_MASK);
    }

    public static long socket(Task task, Call call) {
        int domain = call.intArg(0);
        int type = call.intArg(1);
        long wrong = check(domain, type, call.intArg(2));
        return wrong < 0 ? wrong : install(task, create(task, domain, type), type);
    }

    public static long socketpair(Task task, Call call) {
        int domain = call.intArg(0);
        int type = call.intArg(1);
        long wrong = check(domain, type, call.intArg(2));
        if (wrong < 0) {
            return wrong;
        }
        if (domain != SocketConstants.AF_UNIX) {
            return -Errno.EOPNOTSUPP;
        }
        Socket first = create(task, domain, type);
        Socket second;
        try {
            second = create(task, domain, type);
        } catch (GuestError e) {
            first.close();
            throw e;
        }
        pair(first, second);
        int a = install(task, first, type);
        if (a < 0) {
            second.close();
            return a;
        }
        int b = install(task, second, type);
        if (b < 0) {
            task.files().close(a);
            return b;
        }
        try {
            task.user().writeInt(call.arg(3), a);
            task.user().writeInt(call.arg(3) + 4, b);
        } catch (GuestError e) {
            task.files().close(a);
            task.files().close(b);
            throw e;
        }
        return 0;
    }

    private static void pair(Socket first, Socket second) {
        switch (first) {
            case StreamSocket stream -> stream.pair((StreamSocket) second);
            case DatagramSocket datagrams -> datagrams.pair((DatagramSocket) second);
            case NetlinkSocket _ -> throw new GuestError(Errno.EOPNOTSUPP);
        }
    }

    public static long bind(Task task, Call call) {
        Socket socket = socket(task, call.intArg(0)).socket();
        return socket.bind(SockAddr.read(task.user(), call.arg(1), call.intArg(2), socket.domain()));
    }

    public static long listen(Task task, Call call) {
        return socket(task, call.intArg(0)).socket().listen(call.intArg(1));
    }

    public static long connect(Task task, Call call) {
        SocketDescription description = socket(task, call.intArg(0));
        Socket socket = description.socket();
        if (SockAddr.family(task.user(), call.arg(1), call.intArg(2)) == SocketConstants.AF_UNSPEC) {
            return socket.disconnect();
        }
        Endpoint to = SockAddr.readFor(socket, task.user(), call.arg(1), call.intArg(2));
        long result = socket.connect(to, description.nonBlocking());
        if (result != -Errno.EAGAIN || description.nonBlocking()) {
            return result;
        }
        long waited = Waiting.orTimeout(task, socket.options().sendTimeout());
        return waited == -Errno.EAGAIN && !socket.unix() ? -Errno.EINPROGRESS : waited;
    }

    public static long accept(Task task, Call call) {
        return accept(task, call, 0);
    }

    public static long accept4(Task task, Call call) {
        int flags = call.intArg(3);
        return (flags & (NON_TYPE | SocketConstants.SOCK_TYPE_MASK)) != 0 ? -Errno.EINVAL : accept(task, call, flags);
    }

    private static long accept(Task task, Call call, int flags) {
        SocketDescription description = socket(task, call.intArg(0));
        if (!(description.socket() instanceof StreamSocket listener)) {
            return -Errno.EOPNOTSUPP;
        }
        if (!listener.listening()) {
            return -Errno.EINVAL;
        }
        if (task.files().full()) {
            return -Errno.EMFILE;
        }
        Optional<StreamSocket> next = listener.accept();
        if (next.isEmpty()) {
            return description.nonBlocking()
                    ? -Errno.EAGAIN : Waiting.orTimeout(task, listener.options().receiveTimeout());
        }
        StreamSocket child = next.get();
        if (call.arg(1) != 0) {
            try {
                SockAddr.write(task.user(), child.remote().orElseThrow(), child.domain(), call.arg(1), call.arg(2));
            } catch (GuestError e) {
                child.close();
                throw e;
            }
        }
        return install(task, child, flags);
    }

    public static long getsockname(Task task, Call call) {
        Socket socket = socket(task, call.intArg(0)).socket();
        SockAddr.write(task.user(), socket.local(), socket.domain(), call.arg(1), call.arg(2));
        return 0;
    }

    public static long getpeername(Task task, Call call) {
        Socket socket = socket(task, call.intArg(0)).socket();
        if (socket.remote().isEmpty() || !socket.connected()) {
            return -Errno.ENOTCONN;
        }
        SockAddr.write(task.user(), socket.remote().get(), socket.domain(), call.arg(1), call.arg(2));
        return 0;
    }

    public static long shutdown(Task task, Call call) {
        int how = call.intArg(1);
        Socket socket = socket(task, call.intArg(0)).socket();
        return how < SocketConstants.SHUT_RD || how > SocketConstants.SHUT_RDWR ? -Errno.EINVAL : socket.shutdown(how);
    }
}
