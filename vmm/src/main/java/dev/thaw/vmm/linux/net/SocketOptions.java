package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.HashMap;
import java.util.Map;

/**
 * A socket's options: integers by level and name, and the two timeouts and the linger time. Most are kept for the guest to read
 * back and mean nothing on a loopback without packets. Numbers: asm-generic/socket.h, linux/tcp.h, linux/in.h, linux/in6.h.
 */
final class SocketOptions {
    static final int SOL_SOCKET = 1;

    static final int SO_REUSEADDR = key(SOL_SOCKET, 2);
    static final int SO_TYPE = key(SOL_SOCKET, 3);
    static final int SO_ERROR = key(SOL_SOCKET, 4);
    static final int SO_SNDBUF = key(SOL_SOCKET, 7);
    static final int SO_RCVBUF = key(SOL_SOCKET, 8);
    static final int SO_LINGER = key(SOL_SOCKET, 13);
    static final int SO_REUSEPORT = key(SOL_SOCKET, 15);
    static final int SO_PEERCRED = key(SOL_SOCKET, 17);
    static final int SO_RCVTIMEO = key(SOL_SOCKET, 20);
    static final int SO_SNDTIMEO = key(SOL_SOCKET, 21);
    static final int SO_ACCEPTCONN = key(SOL_SOCKET, 30);
    static final int SO_SNDBUFFORCE = key(SOL_SOCKET, 32);
    static final int SO_RCVBUFFORCE = key(SOL_SOCKET, 33);
    static final int SO_PROTOCOL = key(SOL_SOCKET, 38);
    static final int SO_DOMAIN = key(SOL_SOCKET, 39);
    static final int SO_RCVTIMEO_NEW = key(SOL_SOCKET, 66);
    static final int SO_SNDTIMEO_NEW = key(SOL_SOCKET, 67);
    static final int TCP_INFO = key(SocketConstants.IPPROTO_TCP, 11);
    static final int TCP_CONGESTION = key(SocketConstants.IPPROTO_TCP, 13);
    static final int IPV6_V6ONLY = key(SocketConstants.IPPROTO_IPV6, 26);

    /** net.core.wmem_default and rmem_default. */
    private static final int BUFFER = 212_992;
    /** The most that SO_SNDBUF and SO_RCVBUF show: net.core.wmem_max, doubled as socket(7) says. */
    private static final int MOST_BUFFER = 2 * BUFFER;
    private static final int LEAST_BUFFER = 2304;

    private static final Map<Integer, Integer> ANY = defaults(SOL_SOCKET, new int[][] {
            {1, 0} /* DEBUG */, {2, 0}, {5, 0} /* DONTROUTE */, {6, 0} /* BROADCAST */, {7, BUFFER}, {8, BUFFER},
            {9, 0} /* KEEPALIVE */, {10, 0} /* OOBINLINE */, {11, 0} /* NO_CHECK */, {12, 0} /* PRIORITY */, {15, 0},
            {16, 0} /* PASSCRED */, {18, 1} /* RCVLOWAT */, {19, 1} /* SNDLOWAT */, {29, 0} /* TIMESTAMP */,
            {34, 0} /* PASSSEC */, {35, 0} /* TIMESTAMPNS */, {36, 0} /* MARK */, {37, 0} /* TIMESTAMPING */,
            {40, 0} /* RXQ_OVFL */, {42, -1} /* PEEK_OFF */, {46, 0} /* BUSY_POLL */, {49, 0} /* INCOMING_CPU */,
            {60, 0} /* ZEROCOPY */});
    private static final Map<Integer, Integer> TCP = defaults(SocketConstants.IPPROTO_TCP, new int[][] {
            {1, 0} /* NODELAY */, {2, 65_483} /* MAXSEG on lo */, {3, 0} /* CORK */, {4, 7200} /* KEEPIDLE */,
            {5, 75} /* KEEPINTVL */, {6, 9} /* KEEPCNT */, {7, 6} /* SYNCNT */, {8, 60} /* LINGER2 */,
            {9, 0} /* DEFER_ACCEPT */, {10, 65_536} /* WINDOW_CLAMP */, {12, 1} /* QUICKACK */,
            {18, 0} /* USER_TIMEOUT */, {23, 0} /* FASTOPEN */, {25, 0} /* NOTSENT_LOWAT */, {30, 0} /* FASTOPEN_CONNECT */});
    private static final Map<Integer, Integer> IP = defaults(SocketConstants.IPPROTO_IP, new int[][] {
            {1, 0} /* TOS */, {2, 64} /* TTL */, {8, 0} /* PKTINFO */, {10, 1} /* MTU_DISCOVER */, {11, 0} /* RECVERR */,
            {12, 0} /* RECVTTL */, {13, 0} /* RECVTOS */, {15, 0} /* FREEBIND */, {24, 0} /* BIND_ADDRESS_NO_PORT */,
            {33, 1} /* MULTICAST_TTL */, {34, 1} /* MULTICAST_LOOP */, {49, 1} /* MULTICAST_ALL */});
    private static final Map<Integer, Integer> IPV6 = defaults(SocketConstants.IPPROTO_IPV6, new int[][] {
            {16, 64} /* UNICAST_HOPS */, {18, 64} /* MULTICAST_HOPS */, {19, 1} /* MULTICAST_LOOP */,
            {23, 1} /* MTU_DISCOVER */, {25, 0} /* RECVERR */, {26, 0}, {49, 0} /* RECVPKTINFO */,
            {51, 0} /* RECVHOPLIMIT */, {66, 0} /* RECVTCLASS */, {67, 0} /* TCLASS */});

    private final int domain;
    private final int type;
    private final Map<Integer, Integer> values = new HashMap<>(4);
    private long lingerSeconds = -1;
    private long receiveTimeout;
    private long sendTimeout;

    SocketOptions(int domain, int type) {
        this.domain = domain;
        this.type = type;
    }

    /** Level and name as one number. */
    static int key(int level, int name) {
        return level < 0 || level > 0xffff || name < 0 || name > 0xffff ? -1 : level << 16 | name;
    }

    private static Map<Integer, Integer> defaults(int level, int[][] pairs) {
        Map<Integer, Integer> map = new HashMap<>();
        for (int[] pair : pairs) {
            map.put(key(level, pair[0]), pair[1]);
        }
        return Map.copyOf(map);
    }

    /** Whether a socket of this kind has this integer option. */
    boolean knows(int key) {
        boolean inet = domain == SocketConstants.AF_INET || domain == SocketConstants.AF_INET6;
        return ANY.containsKey(key)
                || inet && type == SocketConstants.SOCK_STREAM && TCP.containsKey(key)
                || inet && IP.containsKey(key)
                || domain == SocketConstants.AF_INET6 && IPV6.containsKey(key);
    }

    /** The value of an option that {@link #knows} knows. */
    int get(int key) {
        Integer set = values.get(key);
        if (set != null) {
            return set;
        }
        return switch (key >>> 16) {
            case SocketConstants.IPPROTO_TCP -> TCP.getOrDefault(key, 0);
            case SocketConstants.IPPROTO_IP -> IP.getOrDefault(key, 0);
            case SocketConstants.IPPROTO_IPV6 -> IPV6.getOrDefault(key, 0);
            default -> ANY.getOrDefault(key, 0);
        };
    }

    boolean isSet(int key) {
        return get(key) != 0;
    }

    /** Sets an option that {@link #knows} knows; buffer sizes are doubled and bounded as Linux does. */
    void set(int key, int value) {
        boolean size = key == SO_SNDBUF || key == SO_RCVBUF;
        values.put(key, size ? (int) Math.clamp(2L * value, LEAST_BUFFER, MOST_BUFFER) : value);
    }

    /** SO_LINGER's seconds, -1 for off. */
    long lingerSeconds() {
        return lingerSeconds;
    }

    void setLinger(long seconds) {
        lingerSeconds = seconds;
    }

    /** SO_RCVTIMEO in nanoseconds, 0 for none. */
    long receiveTimeout() {
        return receiveTimeout;
    }

    void setReceiveTimeout(long nanos) {
        receiveTimeout = nanos;
    }

    /** SO_SNDTIMEO in nanoseconds, 0 for none. */
    long sendTimeout() {
        return sendTimeout;
    }

    void setSendTimeout(long nanos) {
        sendTimeout = nanos;
    }

    void save(StateWriter out) {
        out.putLong(lingerSeconds).putLong(receiveTimeout).putLong(sendTimeout).putInt(values.size());
        values.forEach((key, value) -> out.putInt(key).putInt(value));
    }

    void load(StateReader in) {
        lingerSeconds = in.getLong();
        receiveTimeout = in.getLong();
        sendTimeout = in.getLong();
        for (int i = in.getCount(8); i > 0; i--) {
            int key = in.getInt();
            values.put(key, in.getInt());
        }
    }
}
