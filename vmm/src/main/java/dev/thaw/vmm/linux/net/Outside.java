package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One VM's way to addresses that are not its own: what its {@link EgressPolicy} allows, the names its addresses were answers for,
 * and the host's sockets it holds. Used under the kernel lock.
 *
 * <p>Of a snapshot only the {@link PinnedNames} are part: a program that keeps addresses of its own, as a JVM does, may go on using
 * them, where the list of the thawed VM still has their name.
 */
final class Outside {
    /** The host's sockets that one VM may hold. */
    static final int MOST_SOCKETS = 1024;
    private static final int BUFFER = 128 << 10;
    /** How long the addresses of the host's own interfaces are taken as known. */
    private static final long FRESH = TimeUnit.SECONDS.toNanos(10);
    private static final System.Logger LOG = System.getLogger(Outside.class.getName());

    /** Something of the host's that a VM holds. */
    interface Held {
        /** Lets it go at once; without effect the second time. */
        void close();
    }

    private final Kernel kernel;
    private final EgressPolicy policy;
    private final PinnedNames pins = new PinnedNames();
    private final Set<Held> held = new HashSet<>();
    private final Resolver resolver;
    private final ResolverService resolverService;
    private Optional<InsideAddresses> inside = Optional.empty();
    private long insideAt;
    private Optional<ByteBuffer> buffer = Optional.empty();

    Outside(Kernel kernel) {
        this.kernel = kernel;
        policy = kernel.config().egress();
        resolver = new Resolver(kernel, policy, pins, this::inside);
        resolverService = new ResolverService(resolver);
    }

    Kernel kernel() {
        return kernel;
    }

    Resolver resolver() {
        return resolver;
    }

    /** The resolver over TCP. */
    GuestService resolverService() {
        return resolverService;
    }

    /** @throws GuestError EACCES when the VM may not send there */
    void check(boolean tcp, Endpoint.Inet to) {
        if (policy.isNone() || !policy.allows(tcp, to, pins.of(to), inside())) {
            LOG.log(System.Logger.Level.DEBUG, () -> "egress: " + (tcp ? "tcp " : "udp ") + address(to) + " is on no rule");
            throw new GuestError(Errno.EACCES);
        }
    }

    /** What leads to the host, its interfaces as they are now. */
    private InsideAddresses inside() {
        long now = System.nanoTime();
        if (inside.isEmpty() || now - insideAt > FRESH) {
            try {
                inside = Optional.of(new InsideAddresses(NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses).map(a -> endpoint(new InetSocketAddress(a, 0))).toList()));
                insideAt = now;
            } catch (SocketException e) {
                throw new UncheckedIOException("the host's own addresses cannot be read", e);
            }
        }
        return inside.get();
    }

    /** @throws GuestError ENOBUFS when the VM holds as many of the host's sockets as it may */
    void checkRoom() {
        if (held.size() >= MOST_SOCKETS) {
            throw new GuestError(Errno.ENOBUFS);
        }
    }

    /** For what is read under the lock: direct. */
    ByteBuffer buffer() {
        if (buffer.isEmpty()) {
            buffer = Optional.of(ByteBuffer.allocateDirect(BUFFER));
        }
        return buffer.get();
    }

    void hold(Held one) {
        held.add(one);
    }

    void release(Held one) {
        held.remove(one);
    }

    /** Whether something may come. */
    boolean awaited() {
        return !held.isEmpty() || resolver.awaited();
    }

    void close() {
        resolver.close();
        List.copyOf(held).forEach(Held::close);
    }

    void save(StateWriter out) {
        pins.save(out);
    }

    void load(StateReader in) {
        pins.load(in);
    }

    /** Closes a host's socket now. */
    static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a host's socket", e);
        }
        HostLoop.get().wake();
    }

    static InetSocketAddress address(Endpoint.Inet to) {
        try {
            byte[] bytes = to.v4() ? ByteBuffer.allocate(4).putInt((int) to.low()).array()
                    : ByteBuffer.allocate(16).putLong(to.high()).putLong(to.low()).array();
            return new InetSocketAddress(InetAddress.getByAddress(bytes), to.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of the wrong length", e);
        }
    }

    static Endpoint.Inet endpoint(InetSocketAddress from) {
        byte[] bytes = from.getAddress().getAddress();
        ByteBuffer b = ByteBuffer.wrap(bytes);
        return bytes.length == 4 ? Endpoint.Inet.ofV4(b.getInt(), from.getPort())
                : new Endpoint.Inet(b.getLong(), b.getLong(), from.getPort());
    }
}
