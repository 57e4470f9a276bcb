package dev.thaw.vmm.linux.net;

/** One line of an egress list. */
sealed interface EgressRule {
    Traffic traffic();

    /**
     * Which protocols and ports.
     *
     * @param tcp whether TCP
     * @param udp whether UDP
     * @param from first port, 1 to 65535
     * @param to last port
     */
    record Traffic(boolean tcp, boolean udp, int from, int to) {
        boolean covers(boolean isTcp, int port) {
            return (isTcp ? tcp : udp) && port >= from && port <= to;
        }
    }

    /**
     * A host name, or all names below one.
     *
     * @param name lower case, without a dot at its end
     * @param below whether names that end in {@code .name} are meant, and not itself; with the empty name: all names
     */
    record Name(String name, boolean below, Traffic traffic) implements EgressRule {
        boolean matches(String host) {
            return below ? name.isEmpty() || host.endsWith("." + name) : host.equals(name);
        }
    }

    /** Addresses. */
    record Range(Prefix prefix, Traffic traffic) implements EgressRule {}
}
