package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** setsockopt and getsockopt. */
public final class OptionCalls {
    private static final long SECOND = 1_000_000_000L;
    /** tcp_states.h. */
    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_CLOSE = 7;
    private static final int TCP_LISTEN = 10;
    /** struct tcp_info of linux/tcp.h up to tcpi_total_retrans. */
    private static final int TCP_INFO_LENGTH = 104;

    private OptionCalls() {}

    public static long setsockopt(Task task, Call call) {
        Socket socket = SocketCalls.socket(task, call.intArg(0)).socket();
        int key = SocketOptions.key(call.intArg(1), call.intArg(2));
        long value = call.arg(3);
        int length = call.intArg(4);
        if (length < 0) {
            return -Errno.EINVAL;
        }
        UserMemory user = task.user();
        SocketOptions options = socket.options();
        if (key == SocketOptions.SO_RCVTIMEO || key == SocketOptions.SO_RCVTIMEO_NEW) {
            options.setReceiveTimeout(readTimeout(user, value, length));
            return 0;
        }
        if (key == SocketOptions.SO_SNDTIMEO || key == SocketOptions.SO_SNDTIMEO_NEW) {
            options.setSendTimeout(readTimeout(user, value, length));
            return 0;
        }
        if (key == SocketOptions.SO_LINGER) {
            if (length < 8) {
                return -Errno.EINVAL;
            }
            options.setLinger(user.readInt(value) == 0 ? -1 : user.readInt(value + 4) & 0xffff_ffffL);
            return 0;
        }
        if (key == SocketOptions.TCP_CONGESTION && tcp(socket)) {
            return length < 1 ? -Errno.EINVAL : 0;
        }
        int plain = withoutForce(key);
        if (!options.knows(plain)) {
            return unsupported(call.intArg(1), socket);
        }
        boolean inetLevel = call.intArg(1) == SocketConstants.IPPROTO_IP;
        if (length < (inetLevel ? 1 : Integer.BYTES)) {
            return -Errno.EINVAL;
        }
        if (plain == SocketOptions.IPV6_V6ONLY && socket.bound()) {
            return -Errno.EINVAL;
        }
        options.set(plain, length < Integer.BYTES ? user.readByte(value) : user.readInt(value));
        return 0;
    }

    /** SO_SNDBUFFORCE and SO_RCVBUFFORCE are for root what the plain ones are; the bound is the same here. */
    private static int withoutForce(int key) {
        return key == SocketOptions.SO_SNDBUFFORCE ? SocketOptions.SO_SNDBUF
                : key == SocketOptions.SO_RCVBUFFORCE ? SocketOptions.SO_RCVBUF : key;
    }

    private static boolean tcp(Socket socket) {
        return !socket.unix() && socket.type() == SocketConstants.SOCK_STREAM;
    }

    private static long unsupported(int level, Socket socket) {
        boolean ownLevel = level == SocketOptions.SOL_SOCKET || !socket.unix();
        return ownLevel ? -Errno.ENOPROTOOPT : -Errno.EOPNOTSUPP;
    }

    /** struct timeval in nanoseconds; SO_RCVTIMEO's rules. */
    private static long readTimeout(UserMemory user, long at, int length) {
        if (length < 16) {
            throw new GuestError(Errno.EINVAL);
        }
        long seconds = user.readLong(at);
        long micros = user.readLong(at + 8);
        if (micros < 0 || micros >= 1_000_000) {
            throw new GuestError(Errno.EDOM);
        }
        if (seconds < 0) {
            return 1;
        }
        return seconds > Long.MAX_VALUE / SECOND - 1 ? 0 : seconds * SECOND + micros * 1000;
    }

    public static long getsockopt(Task task, Call call) {
        Socket socket = SocketCalls.socket(task, call.intArg(0)).socket();
        UserMemory user = task.user();
        int room = user.readInt(call.arg(4));
        if (room < 0) {
            return -Errno.EINVAL;
        }
        int key = SocketOptions.key(call.intArg(1), call.intArg(2));
        byte[] value = value(socket, key);
        if (value.length == 0) {
            return unsupported(call.intArg(1), socket);
        }
        int length = Math.min(room, value.length);
        user.writeBytes(call.arg(3), Arrays.copyOf(value, length));
        user.writeInt(call.arg(4), length);
        return 0;
    }

    /** The option's value as the guest sees it; empty for one that there is not. */
    private static byte[] value(Socket socket, int key) {
        SocketOptions options = socket.options();
        if (key == SocketOptions.SO_ERROR) {
            return ints(socket.takeError());
        } else if (key == SocketOptions.SO_TYPE) {
            return ints(socket.type());
        } else if (key == SocketOptions.SO_DOMAIN) {
            return ints(socket.domain());
        } else if (key == SocketOptions.SO_PROTOCOL) {
            return ints(socket.unix() || socket instanceof NetlinkSocket ? 0 : tcp(socket) ? SocketConstants.IPPROTO_TCP : SocketConstants.IPPROTO_UDP);
        } else if (key == SocketOptions.SO_ACCEPTCONN) {
            return ints(socket.listening() ? 1 : 0);
        } else if (key == SocketOptions.SO_LINGER) {
            return ints(options.lingerSeconds() < 0 ? 0 : 1, (int) Math.max(0, options.lingerSeconds()));
        } else if (key == SocketOptions.SO_RCVTIMEO || key == SocketOptions.SO_RCVTIMEO_NEW) {
            return timeval(options.receiveTimeout());
        } else if (key == SocketOptions.SO_SNDTIMEO || key == SocketOptions.SO_SNDTIMEO_NEW) {
            return timeval(options.sendTimeout());
        } else if (key == SocketOptions.SO_PEERCRED && socket.unix()) {
            return socket.connected() ? ints(socket.network().kernel().process().pid(), 0, 0) : ints(0, -1, -1);
        } else if (key == SocketOptions.TCP_CONGESTION && tcp(socket)) {
            return "cubic\0\0\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);
        } else if (key == SocketOptions.TCP_INFO && tcp(socket)) {
            byte[] info = new byte[TCP_INFO_LENGTH];
            info[0] = (byte) (socket.listening() ? TCP_LISTEN : socket.connected() ? TCP_ESTABLISHED : TCP_CLOSE);
            return info;
        }
        return options.knows(key) ? ints(options.get(key)) : new byte[0];
    }

    private static byte[] ints(int... values) {
        ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        b.asIntBuffer().put(values);
        return b.array();
    }

    private static byte[] timeval(long nanos) {
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(nanos / SECOND).putLong(nanos % SECOND / 1000).array();
    }
}
