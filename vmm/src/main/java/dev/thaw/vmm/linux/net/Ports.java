package dev.thaw.vmm.linux.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Which sockets of one protocol hold which ports and addresses. Its size is bounded by that of the sockets. */
final class Ports {
    /** net.ipv4.ip_local_port_range. */
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;

    private record Bound(Endpoint.Inet address, Socket socket) {
        /** 0 for no match, more for a better one: the exact address is better than a wildcard. */
        int matches(Endpoint.Inet destination) {
            if (address.sameAddress(destination)) {
                return 2;
            }
            boolean covers = address.wildcard() && (address.v4() == destination.v4() || !address.v4() && !socket.v6Only());
            return covers ? 1 : 0;
        }

        boolean overlaps(Endpoint.Inet other, Socket otherSocket) {
            return matches(other) > 0 || new Bound(other, otherSocket).matches(address) > 0;
        }
    }

    private final Map<Integer, List<Bound>> bound = new HashMap<>();
    private int next = FIRST_EPHEMERAL;

    /** Whether {@code socket} may bind to {@code address}. */
    boolean free(Endpoint.Inet address, Socket socket) {
        for (Bound other : bound.getOrDefault(address.port(), List.of())) {
            if (other.overlaps(address, socket) && !socket.sharesPortWith(other.socket)) {
                return false;
            }
        }
        return true;
    }

    void add(Endpoint.Inet address, Socket socket) {
        bound.computeIfAbsent(address.port(), port -> new ArrayList<>(1)).add(new Bound(address, socket));
    }

    void remove(int port, Socket socket) {
        List<Bound> sockets = bound.get(port);
        if (sockets != null) {
            sockets.removeIf(b -> b.socket == socket);
            if (sockets.isEmpty()) {
                bound.remove(port);
            }
        }
    }

    /** A port that nobody has, or 0 when all are taken. */
    int ephemeral() {
        for (int tries = LAST_EPHEMERAL - FIRST_EPHEMERAL; tries >= 0; tries--) {
            int port = next;
            next = next == LAST_EPHEMERAL ? FIRST_EPHEMERAL : next + 1;
            if (!bound.containsKey(port)) {
                return port;
            }
        }
        return 0;
    }

    /** The acceptable socket whose address fits {@code destination} best. */
    Optional<Socket> find(Endpoint.Inet destination, Predicate<Socket> acceptable) {
        Optional<Socket> best = Optional.empty();
        int bestMatch = 0;
        for (Bound candidate : bound.getOrDefault(destination.port(), List.of())) {
            int match = candidate.matches(destination);
            if (match > bestMatch && acceptable.test(candidate.socket)) {
                best = Optional.of(candidate.socket);
                bestMatch = match;
            }
        }
        return best;
    }
}
