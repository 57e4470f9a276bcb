package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.nio.charset.StandardCharsets;

/** A socket's address, as the network keeps it. */
public sealed interface Endpoint {
    /**
     * An internet address and port. IPv4 addresses are kept v4-mapped (::ffff:a.b.c.d), so that both families meet.
     *
     * @param high bytes 0 to 7 of the IPv6 address, first byte most significant
     * @param low bytes 8 to 15
     * @param port 0 to 65535
     */
    record Inet(long high, long low, int port) implements Endpoint {
        private static final long MAPPED = 0xffff_0000_0000L;
        /** The VM's address beside the loopback: one that RFC 7335 keeps for the inner side of a translation. */
        static final Inet OWN_V4 = ofV4(0xc000_0002, 0);
        /** The same of IPv6: a unique local address (RFC 4193). */
        static final Inet OWN_V6 = new Inet(0xfd74_6861_7700_0000L, 2, 0);

        static Inet ofV4(int address, int port) {
            return new Inet(0, MAPPED | (address & 0xffff_ffffL), port);
        }

        static Inet any(boolean v6, int port) {
            return v6 ? new Inet(0, 0, port) : ofV4(0, port);
        }

        static Inet loopback(boolean v6, int port) {
            return v6 ? new Inet(0, 1, port) : ofV4(0x7f00_0001, port);
        }

        boolean v4() {
            return high == 0 && low >>> 32 == 0xffff;
        }

        /** 0.0.0.0 or ::. */
        boolean wildcard() {
            return high == 0 && (low == 0 || low == MAPPED);
        }

        /** 127.0.0.0/8 and ::1. */
        boolean loopback() {
            return high == 0 && (low == 1 || v4() && (low >>> 24 & 0xff) == 127);
        }

        /** The VM's address beside the loopback. */
        boolean own() {
            return sameAddress(OWN_V4) || sameAddress(OWN_V6);
        }

        /** An address inside the VM: the loopback's, its own, and the wildcards. */
        boolean local() {
            return wildcard() || loopback() || own();
        }

        /** The address from which a socket without a name of its own sends here. */
        Inet source(int port) {
            return loopback() || wildcard() ? loopback(!v4(), port) : (v4() ? OWN_V4 : OWN_V6).withPort(port);
        }

        Inet withPort(int newPort) {
            return new Inet(high, low, newPort);
        }

        boolean sameAddress(Inet other) {
            return high == other.high && low == other.low;
        }
    }

    /**
     * A local address. Empty: unnamed; beginning with NUL: abstract; else a path.
     *
     * @param name a char a byte, at most 108
     */
    record Unix(String name) implements Endpoint {
        static final Unix UNNAMED = new Unix("");

        boolean unnamed() {
            return name.isEmpty();
        }

        boolean isAbstract() {
            return name.startsWith("\0");
        }
    }

    /**
     * An address of netlink(7).
     *
     * @param port nl_pid; 0 is the kernel
     * @param groups a bit a group
     */
    record Netlink(int port, int groups) implements Endpoint {}

    /** Writes an address into saved state. */
    static void save(Endpoint endpoint, StateWriter out) {
        switch (endpoint) {
            case Inet inet -> out.putInt(1).putLong(inet.high).putLong(inet.low).putInt(inet.port);
            case Netlink netlink -> out.putInt(3).putInt(netlink.port).putInt(netlink.groups);
            case Unix unix -> out.putInt(2).putBytes(unix.name.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Reads what {@link #save} wrote. */
    static Endpoint load(StateReader in) {
        return switch (in.getInt()) {
            case 1 -> new Inet(in.getLong(), in.getLong(), in.getInt() & 0xffff);
            case 3 -> new Netlink(in.getInt(), in.getInt());
            default -> new Unix(new String(in.getBytes(), StandardCharsets.ISO_8859_1));
        };
    }
}
