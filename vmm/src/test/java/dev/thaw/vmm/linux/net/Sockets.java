package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.GuestBench;

/** Numbers and addresses for socket tests, written as a C program would. */
final class Sockets {
    static final int UNIX = 1;
    static final int INET = 2;
    static final int INET6 = 10;
    static final int STREAM = 1;
    static final int DGRAM = 2;
    static final int SEQPACKET = 5;
    static final int NONBLOCK = 04000;
    static final int DONTWAIT = 0x40;
    static final int PEEK = 2;
    static final int TRUNC = 0x20;
    static final int WAITALL = 0x100;
    static final int IN = 1;
    static final int OUT = 4;
    static final int ERR = 8;
    static final int HUP = 0x10;
    static final int RDHUP = 0x2000;

    private Sockets() {}

    /** struct sockaddr_in; 16 bytes. */
    static long inet(GuestBench guest, int a, int b, int c, int d, int port) {
        return guest.bytes(new byte[] {2, 0, (byte) (port >> 8), (byte) port, (byte) a, (byte) b, (byte) c, (byte) d,
            0, 0, 0, 0, 0, 0, 0, 0});
    }

    static long loopback(GuestBench guest, int port) {
        return inet(guest, 127, 0, 0, 1, port);
    }

    /** struct sockaddr_in6 with the address's last byte; 28 bytes. */
    static long inet6(GuestBench guest, int last, int port) {
        byte[] address = new byte[28];
        address[0] = 10;
        address[2] = (byte) (port >> 8);
        address[3] = (byte) port;
        address[23] = (byte) last;
        return guest.bytes(address);
    }

    static long unix(GuestBench guest, String name) {
        return guest.text("\1\0" + name + "\0");
    }

    /** The port that a socket is bound to. */
    static int port(GuestBench guest, long fd) {
        long address = guest.space(128);
        guest.call("getsockname", fd, address, guest.ints(128));
        return (guest.kernel().user().readByte(address + 2) << 8) + guest.kernel().user().readByte(address + 3);
    }

    /** The descriptor of a TCP socket that listens on the loopback. */
    static long listener(GuestBench guest, int backlog) {
        long fd = guest.call("socket", INET, STREAM, 0);
        guest.call("bind", fd, loopback(guest, 0), 16);
        guest.call("listen", fd, backlog);
        return fd;
    }

    /** A connected TCP pair: the connecting side, the accepted side. */
    static long[] tcpPair(GuestBench guest) {
        long listener = listener(guest, 5);
        long client = guest.call("socket", INET, STREAM, 0);
        guest.call("connect", client, loopback(guest, port(guest, listener)), 16);
        long server = guest.call("accept", listener, 0, 0);
        guest.closeFd(listener);
        return new long[] {client, server};
    }

    static long send(GuestBench guest, long fd, String text) {
        return guest.call("sendto", fd, guest.text(text), text.length(), 0, 0, 0);
    }

    /** What a non-blocking receive of at most {@code size} bytes brings, or the errno as "-11". */
    static String receive(GuestBench guest, long fd, int size, int flags) {
        long into = guest.space(size);
        long n = guest.call("recvfrom", fd, into, size, flags | DONTWAIT, 0, 0);
        return n < 0 ? Long.toString(n) : guest.text(into, n);
    }

    static String receive(GuestBench guest, long fd) {
        return receive(guest, fd, 4096, 0);
    }

    static int poll(GuestBench guest, long fd, int events) {
        long fds = guest.ints((int) fd, events);
        guest.call("poll", fds, 1, 0);
        return guest.readInt(fds + 4) >>> 16;
    }
}
