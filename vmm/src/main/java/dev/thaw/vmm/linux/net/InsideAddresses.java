package dev.thaw.vmm.linux.net;

import java.util.List;

/**
 * Addresses that lead to the host, its networks or its cloud's metadata rather than to the Internet. A host name's rule never
 * reaches one; a rule of addresses does where it lies wholly in each block that the address is in, so that {@code 0.0.0.0/0} is the
 * public Internet, {@code 10.0.0.0/8} is that network, and the host itself and the metadata service are only reached by name.
 *
 * <p>Sources: IANA's special-purpose address registries (RFC 6890 and its successors), the clouds' metadata addresses.
 */
final class InsideAddresses {
    private static final List<Prefix> BLOCKS = List.of(
            Prefix.ofV4(0, 0, 0, 0, 8), Prefix.ofV4(10, 0, 0, 0, 8), Prefix.ofV4(100, 64, 0, 0, 10), Prefix.ofV4(127, 0, 0, 0, 8),
            Prefix.ofV4(169, 254, 0, 0, 16), Prefix.ofV4(172, 16, 0, 0, 12), Prefix.ofV4(192, 0, 0, 0, 24),
            Prefix.ofV4(192, 168, 0, 0, 16), Prefix.ofV4(198, 18, 0, 0, 15), Prefix.ofV4(224, 0, 0, 0, 4),
            Prefix.ofV4(240, 0, 0, 0, 4),
            // Metadata: most clouds, AWS's tasks and containers, Alibaba.
            Prefix.ofV4(169, 254, 169, 254, 32), Prefix.ofV4(169, 254, 170, 2, 32), Prefix.ofV4(169, 254, 170, 23, 32),
            Prefix.ofV4(100, 100, 100, 200, 32),
            // Unspecified, loopback and v4-compatible; Teredo; a site's own NAT64; unique local; link-local; site-local; multicast.
            new Prefix(0, 0, 96), new Prefix(0x2001_0000L << 32, 0, 32), new Prefix(0x0064_ff9b_0001_0000L, 0, 48),
            new Prefix(0xfcL << 56, 0, 7), new Prefix(0xfe80L << 48, 0, 10), new Prefix(0xfec0L << 48, 0, 10),
            new Prefix(0xffL << 56, 0, 8),
            // AWS's metadata over IPv6.
            new Prefix(0xfd00_0ec2L << 32, 0x254, 128));

    private final List<Endpoint.Inet> ofHost;

    /** @param ofHost the addresses of the host's own interfaces */
    InsideAddresses(List<Endpoint.Inet> ofHost) {
        this.ofHost = List.copyOf(ofHost);
    }

    /** Whether a {@link #plain} address is in none of the blocks. */
    boolean isOutside(Endpoint.Inet address) {
        return BLOCKS.stream().noneMatch(block -> block.contains(address)) && ofHost.stream().noneMatch(address::sameAddress);
    }

    /** Whether a rule of these addresses is meant for the {@link #plain} address, which it contains. */
    boolean namedBy(Prefix rule, Endpoint.Inet address) {
        return BLOCKS.stream().allMatch(block -> !block.contains(address) || block.contains(rule))
                && ofHost.stream().allMatch(own -> !own.sameAddress(address) || rule.bits() == 128);
    }

    /**
     * The address that packets to this one end up at: the IPv4 address inside a v4-compatible or translated (RFC 2765), a 6to4
     * (RFC 3056) or a NAT64 (RFC 6052) one; else the address itself.
     */
    static Endpoint.Inet plain(Endpoint.Inet address) {
        long high = address.high();
        long low = address.low();
        if (high >>> 48 == 0x2002) {
            return Endpoint.Inet.ofV4((int) (high >>> 16), address.port());
        }
        boolean compatible = high == 0 && low >>> 32 == 0 && low > 1;
        boolean translated = high == 0 && low >>> 32 == 0xffff_0000L;
        boolean nat64 = high == 0x0064_ff9bL << 32 && low >>> 32 == 0;
        return compatible || translated || nat64 ? Endpoint.Inet.ofV4((int) low, address.port()) : address;
    }
}
