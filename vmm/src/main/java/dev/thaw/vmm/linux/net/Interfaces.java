package dev.thaw.vmm.linux.net;

import java.util.List;
import java.util.Optional;

/**
 * The interfaces that a program sees: the loopback, and one with the VM's own address, so that programs which look for an address
 * beside the loopback find that there is a network. The same in every VM.
 *
 * @param index from 1
 * @param hardware ARPHRD_ of linux/if_arp.h
 * @param flags IFF_ of linux/if.h
 * @param address six bytes
 */
record Interfaces(int index, String name, int hardware, int flags, int mtu, byte[] address, List<Net> nets) {
    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_LOOPBACK = 772;
    private static final int IFF_UP = 1;
    private static final int IFF_BROADCAST = 2;
    private static final int IFF_LOOPBACK = 8;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFF_MULTICAST = 0x1000;
    private static final int IFF_LOWER_UP = 0x10000;

    /** linux/rtnetlink.h. */
    static final int SCOPE_UNIVERSE = 0;
    static final int SCOPE_HOST = 254;

    private static final List<Interfaces> ALL = List.of(
            new Interfaces(1, "lo", ARPHRD_LOOPBACK, IFF_UP | IFF_LOOPBACK | IFF_RUNNING | IFF_LOWER_UP, 65_536, new byte[6],
                    List.of(new Net(Endpoint.Inet.loopback(false, 0), 8), new Net(Endpoint.Inet.loopback(true, 0), 128))),
            new Interfaces(2, "eth0", ARPHRD_ETHER, IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST | IFF_LOWER_UP, 1500,
                    new byte[] {2, 0, 0, 0, 0, 2},
                    List.of(new Net(Endpoint.Inet.OWN_V4, 29), new Net(Endpoint.Inet.OWN_V6, 64))));

    /**
     * An address of an interface.
     *
     * @param bits of its network's prefix, as the family counts them
     */
    record Net(Endpoint.Inet address, int bits) {
        int mask() {
            return bits == 0 ? 0 : -1 << 32 - bits;
        }

        int v4() {
            return (int) address.low();
        }

        int broadcast() {
            return v4() | ~mask();
        }

        int scope() {
            return address.loopback() ? SCOPE_HOST : SCOPE_UNIVERSE;
        }
    }

    static List<Interfaces> all() {
        return ALL;
    }

    static Optional<Interfaces> named(String name) {
        return ALL.stream().filter(i -> i.name.equals(name)).findFirst();
    }

    static Optional<Interfaces> numbered(int index) {
        return ALL.stream().filter(i -> i.index == index).findFirst();
    }

    boolean broadcasts() {
        return (flags & IFF_BROADCAST) != 0;
    }

    Net v4() {
        return nets.stream().filter(net -> net.address.v4()).findFirst().orElseThrow();
    }

    /** /proc/net/if_inet6: address, index, prefix length, scope, flags (permanent), name. */
    static String ipv6Table() {
        StringBuilder text = new StringBuilder();
        for (Interfaces each : ALL) {
            for (Net net : each.nets) {
                if (!net.address.v4()) {
                    text.append(String.format("%016x%016x %02x %02x %02x 80 %8s\n", net.address.high(), net.address.low(),
                            each.index, net.bits, net.scope() == SCOPE_HOST ? 0x10 : 0, each.name));
                }
            }
        }
        return text.toString();
    }
}
