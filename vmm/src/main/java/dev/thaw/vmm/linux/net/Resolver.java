package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Kernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The name server that a VM's /etc/resolv.conf names. It tells a program the addresses of names that the egress list has, and of
 * those only the addresses that do not lead inside; all other names do not exist (NXDOMAIN). Records that are no addresses (SRV, TXT,
 * MX and their kin) come as a name server has them: they allow nothing. Types that are not known have no data. Used under the kernel lock; the answer to a name may come later.
 *
 * <p>A question that waits for the host's resolver at a freeze is lost, as a message of UDP may be; who asked asks again.
 */
final class Resolver {
    /** 127.0.0.53, where systemd-resolved has its own: programs know it. */
    static final Endpoint.Inet ADDRESS = Endpoint.Inet.ofV4(0x7f00_0035, 53);

    /** Names that the host's resolver is asked for at once, names that wait in all, and questions for one of them. */
    private static final int AT_ONCE = 8;
    private static final int MOST_NAMES = 64;
    private static final int MOST_QUESTIONS = 64;
    private static final int MOST_RELAYS = 16;
    private static final System.Logger LOG = System.getLogger(Resolver.class.getName());

    private record Waiting(DnsQuery query, Consumer<byte[]> reply) {}

    private final Kernel kernel;
    private final EgressPolicy policy;
    private final PinnedNames pins;
    private final Supplier<InsideAddresses> inside;
    private final Map<String, List<Waiting>> waiting = new HashMap<>();
    private final ArrayDeque<String> queue = new ArrayDeque<>();
    private int asked;
    private int relays;
    private boolean closed;

    Resolver(Kernel kernel, EgressPolicy policy, PinnedNames pins, Supplier<InsideAddresses> inside) {
        this.kernel = kernel;
        this.policy = policy;
        this.pins = pins;
        this.inside = inside;
    }

    /** Whether an answer is on its way. */
    boolean awaited() {
        return !waiting.isEmpty() || relays > 0;
    }

    /** No more answers. */
    void close() {
        closed = true;
        waiting.clear();
        queue.clear();
    }

    /**
     * Answers a message, now or later.
     *
     * @param most bytes of an answer, at least {@link DnsQuery#MOST_BYTES}
     * @param reply is called at most once, under the kernel lock
     */
    void query(byte[] message, int most, Consumer<byte[]> reply) {
        DnsQuery.parse(message).ifPresent(query -> query(query, most, reply));
    }

    private void query(DnsQuery query, int most, Consumer<byte[]> reply) {
        String name = query.name();
        if (query.opcode() != 0) {
            reply.accept(query.answer(DnsQuery.NOTIMP, List.of()));
        } else if (!query.wellFormed()) {
            reply.accept(query.answer(DnsQuery.FORMERR, List.of()));
        } else if (query.dnsClass() != DnsQuery.CLASS_IN) {
            reply.accept(query.answer(DnsQuery.REFUSED, List.of()));
        } else if (ownName(name)) {
            reply.accept(query.answer(DnsQuery.NOERROR,
                    List.of(Endpoint.Inet.loopback(false, 0), Endpoint.Inet.loopback(true, 0))));
        } else if (name.isEmpty() || !policy.allowsName(name)) {
            LOG.log(System.Logger.Level.DEBUG, "egress: the name {0} is on no rule", name);
            reply.accept(query.answer(DnsQuery.NXDOMAIN, List.of()));
        } else if (query.relayed()) {
            relay(query, most, reply);
        } else if (query.type() != DnsQuery.TYPE_A && query.type() != DnsQuery.TYPE_AAAA) {
            reply.accept(query.answer(DnsQuery.NOERROR, List.of()));
        } else {
            lookUp(query, reply);
        }
    }

    /** RFC 6761, section 6.3, and the VM's own. */
    private boolean ownName(String name) {
        return name.equals("localhost") || name.endsWith(".localhost") || name.equals(kernel.config().hostname());
    }

    private void relay(DnsQuery query, int most, Consumer<byte[]> reply) {
        if (relays >= MOST_RELAYS) {
            reply.accept(query.answer(DnsQuery.SERVFAIL, List.of()));
            return;
        }
        relays++;
        HostLookups.get().find(() -> policy.names().records(query.question())).whenComplete((found, failure) -> {
            kernel.lock().lock();
            try {
                relays--;
                if (!closed) {
                    reply.accept(failure != null ? query.answer(DnsQuery.SERVFAIL, List.of())
                            : found.map(message -> query.relay(message, most)).orElseGet(() -> query.answer(DnsQuery.NOERROR, List.of())));
                }
            } finally {
                kernel.lock().unlock();
            }
        });
    }

    private void lookUp(DnsQuery query, Consumer<byte[]> reply) {
        String name = query.name();
        List<Waiting> same = waiting.get(name);
        if (same == null ? waiting.size() >= MOST_NAMES : same.size() >= MOST_QUESTIONS) {
            reply.accept(query.answer(DnsQuery.SERVFAIL, List.of()));
            return;
        }
        Waiting one = new Waiting(query, reply);
        if (same != null) {
            same.add(one);
            return;
        }
        waiting.put(name, new ArrayList<>(List.of(one)));
        queue.add(name);
        askNext();
    }

    private void askNext() {
        if (asked == AT_ONCE || queue.isEmpty()) {
            return;
        }
        asked++;
        String name = queue.remove();
        HostLookups.get().find(() -> policy.names().addresses(name)).whenComplete((found, failure) -> {
            kernel.lock().lock();
            try {
                asked--;
                if (!closed) {
                    askNext();
                    answer(name, found == null ? List.of() : found, failure);
                }
            } finally {
                kernel.lock().unlock();
            }
        });
    }

    private void answer(String name, List<InetAddress> found, Throwable failure) {
        Set<Endpoint.Inet> given = new LinkedHashSet<>();
        for (InetAddress address : found) {
            Endpoint.Inet endpoint = Outside.endpoint(new InetSocketAddress(address, 0));
            if (!endpoint.local() && (inside.get().isOutside(InsideAddresses.plain(endpoint))
                    || policy.allowsAddress(endpoint, inside.get()))) {
                pins.pin(endpoint, name);
                given.add(endpoint);
            }
        }
        int code = failure != null ? code(failure) : given.isEmpty() ? DnsQuery.REFUSED : DnsQuery.NOERROR;
        if (code == DnsQuery.REFUSED) {
            LOG.log(System.Logger.Level.DEBUG, "egress: the addresses of {0} lead inside and are not told", name);
        }
        waiting.remove(name).forEach(one -> one.reply.accept(one.query.answer(code, List.copyOf(given))));
    }

    /** A name that is not there, or nobody who knows. */
    private static int code(Throwable failure) {
        boolean unknown = failure instanceof UnknownHostException && !String.valueOf(failure.getMessage()).contains("Temporary");
        return unknown ? DnsQuery.NXDOMAIN : DnsQuery.SERVFAIL;
    }
}
