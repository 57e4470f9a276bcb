package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** struct sockaddr in guest memory: linux/in.h, linux/in6.h, linux/un.h, linux/netlink.h. The family is little-endian, ports and addresses big. */
final class SockAddr {
    /** sizeof(struct sockaddr_storage). */
    static final int MAX_LENGTH = 128;
    private static final int INET_LENGTH = 16;
    private static final int INET6_LENGTH = 28;
    /** Without sin6_scope_id, as RFC 2133 had it. */
    private static final int INET6_LEAST = 24;
    /** struct sockaddr_nl of linux/netlink.h. */
    private static final int NETLINK_LENGTH = 12;
    private static final int UNIX_LENGTH = 110;

    private SockAddr() {}

    /** The family an address argument names; AF_UNSPEC where it is too short to name one. */
    static int family(UserMemory user, long address, int length) {
        return bytes(user, address, length, 2).getShort(0) & 0xffff;
    }

    private static ByteBuffer bytes(UserMemory user, long address, int length, int least) {
        if (length < least || length > MAX_LENGTH) {
            throw new GuestError(Errno.EINVAL);
        }
        return ByteBuffer.wrap(user.readBytes(address, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads an address for a socket of {@code domain}.
     *
     * @throws GuestError EINVAL for a wrong length, EFAULT, EAFNOSUPPORT for another family
     */
    static Endpoint read(UserMemory user, long address, int length, int domain) {
        ByteBuffer b = bytes(user, address, length, 2);
        int family = b.getShort(0) & 0xffff;
        if (domain == SocketConstants.AF_UNIX) {
            if (family != SocketConstants.AF_UNIX || length > UNIX_LENGTH) {
                throw new GuestError(Errno.EINVAL);
            }
            return new Endpoint.Unix(unixName(b));
        }
        if (domain == SocketConstants.AF_NETLINK) {
            if (family != domain || length < NETLINK_LENGTH) {
                throw new GuestError(Errno.EINVAL);
            }
            return new Endpoint.Netlink(b.getInt(4), b.getInt(8));
        }
        if (length < (domain == SocketConstants.AF_INET ? INET_LENGTH : INET6_LEAST)) {
            throw new GuestError(Errno.EINVAL);
        }
        if (family != domain) {
            throw new GuestError(Errno.EAFNOSUPPORT);
        }
        b.order(ByteOrder.BIG_ENDIAN);
        int port = b.getShort(2) & 0xffff;
        return domain == SocketConstants.AF_INET
                ? Endpoint.Inet.ofV4(b.getInt(4), port)
                : new Endpoint.Inet(b.getLong(8), b.getLong(16), port);
    }

    /** Reads a destination: an IPv6 socket of UDP takes one of IPv4 too. @throws GuestError as {@link #read} */
    static Endpoint readFor(Socket socket, UserMemory user, long address, int length) {
        boolean four = socket.domain() == SocketConstants.AF_INET6 && socket.type() == SocketConstants.SOCK_DGRAM
                && family(user, address, length) == SocketConstants.AF_INET;
        return read(user, address, length, four ? SocketConstants.AF_INET : socket.domain());
    }

    private static String unixName(ByteBuffer b) {
        String name = new String(b.array(), 2, b.capacity() - 2, StandardCharsets.ISO_8859_1);
        if (name.startsWith("\0")) {
            return name;
        }
        int nul = name.indexOf('\0');
        return nul < 0 ? name : name.substring(0, nul);
    }

    private static byte[] format(Endpoint endpoint, int domain) {
        ByteBuffer b = ByteBuffer.allocate(UNIX_LENGTH + 1).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) domain);
        int length = switch (endpoint) {
            case Endpoint.Inet inet -> {
                b.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) inet.port());
                if (domain == SocketConstants.AF_INET) {
                    b.putInt(4, (int) inet.low());
                    yield INET_LENGTH;
                }
                b.putLong(8, inet.high()).putLong(16, inet.low());
                yield INET6_LENGTH;
            }
            case Endpoint.Netlink netlink -> {
                b.putInt(4, netlink.port()).putInt(8, netlink.groups());
                yield NETLINK_LENGTH;
            }
            case Endpoint.Unix unix -> {
                byte[] name = unix.name().getBytes(StandardCharsets.ISO_8859_1);
                b.put(2, name);
                yield 2 + name.length + (unix.unnamed() || unix.isAbstract() ? 0 : 1);
            }
        };
        return java.util.Arrays.copyOf(b.array(), length);
    }

    /** Writes what fits at {@code address} and the full length at {@code lengthAt}, whose value said what fits. */
    static void write(UserMemory user, Endpoint endpoint, int domain, long address, long lengthAt) {
        int room = user.readInt(lengthAt);
        if (room < 0) {
            throw new GuestError(Errno.EINVAL);
        }
        user.writeInt(lengthAt, writeTo(user, Optional.of(endpoint), domain, address, room));
    }

    /** Writes at most {@code room} bytes; returns the full length, 0 for no address. */
    static int writeTo(UserMemory user, Optional<Endpoint> endpoint, int domain, long address, int room) {
        if (endpoint.isEmpty()) {
            return 0;
        }
        byte[] bytes = format(endpoint.get(), domain);
        user.writeBytes(address, room >= bytes.length ? bytes : java.util.Arrays.copyOf(bytes, room));
        return bytes.length;
    }
}
