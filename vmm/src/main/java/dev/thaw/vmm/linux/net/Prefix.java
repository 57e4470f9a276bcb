package dev.thaw.vmm.linux.net;

/**
 * The addresses that begin with the same bits, IPv4 ones v4-mapped as in {@link Endpoint.Inet}.
 *
 * @param high bytes 0 to 7, zero beyond the prefix
 * @param low bytes 8 to 15, zero beyond the prefix
 * @param bits 0 to 128; of an IPv4 prefix 96 more than its own
 */
record Prefix(long high, long low, int bits) {
    static final int V4_BITS = 96;

    /** An IPv4 prefix of {@code bits}, 0 to 32. */
    static Prefix ofV4(int a, int b, int c, int d, int bits) {
        Endpoint.Inet address = Endpoint.Inet.ofV4(a << 24 | b << 16 | c << 8 | d, 0);
        return new Prefix(address.high(), address.low(), V4_BITS + bits);
    }

    /** One address. */
    static Prefix of(Endpoint.Inet address) {
        return new Prefix(address.high(), address.low(), 128);
    }

    boolean v4() {
        return bits >= V4_BITS && new Endpoint.Inet(high, low, 0).v4();
    }

    /** Whether nothing is set beyond the prefix. */
    boolean proper() {
        return high == masked(high, bits) && low == masked(low, bits - 64);
    }

    /** A range of IPv6 has no IPv4 address in it, however wide it is. */
    boolean contains(Endpoint.Inet address) {
        return v4() == address.v4() && high == masked(address.high(), bits) && low == masked(address.low(), bits - 64);
    }

    boolean contains(Prefix other) {
        return other.bits >= bits && contains(new Endpoint.Inet(other.high, other.low, 0));
    }

    /** Cuts half an address off behind the first {@code kept} bits. */
    private static long masked(long half, int kept) {
        return kept <= 0 ? 0 : kept >= 64 ? half : half & -1L << 64 - kept;
    }
}
