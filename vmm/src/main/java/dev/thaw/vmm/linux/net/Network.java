package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.event.EventObjects;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The VM's network: its sockets by id, the names and ports they hold, and the host's services on the loopback.
 *
 * <p>Descriptions refer to sockets and pipes by the ids given here, so that sharing survives a freeze: {@link #load} comes before
 * the descriptors are loaded.
 */
public final class Network {
    /** /etc/resolv.conf: the resolver answers at once or in five seconds, and asking again changes nothing. */
    public static final String RESOLVER_CONFIGURATION = "nameserver 127.0.0.53\noptions timeout:6 attempts:2\n";

    /** /proc/net/if_inet6. */
    public static String ipv6Interfaces() {
        return Interfaces.ipv6Table();
    }

    /** Abstract names are apart for each socket type. */
    private record AbstractName(int type, Endpoint.Unix name) {}

    private final Kernel kernel;
    private final EventObjects eventObjects;
    private final Budget budget = new Budget();
    private final Map<Integer, GuestService> services = new HashMap<>();
    private final Map<Integer, Socket> sockets = new TreeMap<>();
    private final Ports tcp = new Ports();
    private final Ports udp = new Ports();
    private final Map<AbstractName, Socket> names = new HashMap<>();
    private final Map<Integer, Socket> nodes = new HashMap<>();
    private final Map<Integer, List<ServiceConnection>> thawed = new HashMap<>();
    /** Who waits for a listener at a port. */
    private final Map<Integer, Runnable> watchers = new HashMap<>();
    private final Outside outside;
    private int lastId;
    private int lastConnection;
    private int lastName;

    /** @throws IllegalArgumentException for two services on one port, or a port beyond 1 to 65535 */
    public Network(Kernel kernel, List<GuestService> services) {
        this.kernel = kernel;
        this.eventObjects = new EventObjects(kernel);
        this.outside = new Outside(kernel);
        for (GuestService service : services) {
            if (service.port() < 1 || service.port() > 65_535 || this.services.put(service.port(), service) != null) {
                throw new IllegalArgumentException("service port " + service.port() + ": each takes one of 1 to 65535");
            }
        }
    }

    Kernel kernel() {
        return kernel;
    }

    /** The VM's pipes and what else its event calls share. */
    public EventObjects eventObjects() {
        return eventObjects;
    }

    /** What this VM's buffers may take of the monitor's heap. */
    public Budget budget() {
        return budget;
    }

    /** The VM's way to addresses that are not its own. */
    Outside outside() {
        return outside;
    }

    /** Whether something from outside the VM may still come to wake a task. */
    public boolean awaitsOutside() {
        return outside.awaited();
    }

    /** The VM ends: the host's sockets are closed; with the lock held. */
    public void close() {
        outside.close();
    }

    /** An id for a socket or pipe, never given before in this VM. */
    public int newId() {
        return ++lastId;
    }

    void register(Socket socket) {
        sockets.put(socket.id(), socket);
    }

    void forget(Socket socket) {
        sockets.remove(socket.id());
    }

    /** The port table of a socket type's protocol. */
    Ports ports(int type) {
        return type == SocketConstants.SOCK_STREAM ? tcp : udp;
    }

    Optional<GuestService> service(int port) {
        return Optional.ofNullable(services.get(port));
    }

    /** The host's service at an address of the VM's. */
    Optional<GuestService> service(Endpoint.Inet to) {
        return to.equals(Resolver.ADDRESS) ? Optional.of(outside.resolverService()) : service(to.port());
    }

    ServiceEnd serviceEnd(GuestService service, Connection guest) {
        return new ServiceEnd(kernel, service, service.port(), ++lastConnection, guest);
    }

    /** Tells {@code action} when a socket listens on the loopback at this port: at once, or under the kernel's lock when one does. */
    public void whenListening(int port, Runnable action) {
        if (reachable(port).isPresent()) {
            action.run();
        } else {
            watchers.put(port, action);
        }
    }

    void listens(Endpoint.Inet at) {
        if (watchers.containsKey(at.port()) && reachable(at.port()).isPresent()) {
            watchers.remove(at.port()).run();
        }
    }

    /** Connects the host to whom of the guest listens on the loopback at this port; empty where nobody does. */
    public Optional<ServiceConnection> connect(int port, HostPeer peer) {
        return reachable(port).map(listener -> listener.takeFromHost(peer, ++lastConnection));
    }

    private Optional<StreamSocket> reachable(int port) {
        return listener(Endpoint.Inet.loopback(false, port)).or(() -> listener(Endpoint.Inet.loopback(true, port)));
    }

    /** The TCP socket that listens where {@code to} leads. */
    Optional<StreamSocket> listener(Endpoint.Inet to) {
        return tcp.find(to, Socket::listening).map(StreamSocket.class::cast);
    }

    /** The socket of a name, a path or an abstract one of a type. @throws GuestError ENOENT, ECONNREFUSED for a path without one */
    Optional<Socket> named(Endpoint.Unix name, int type) {
        if (name.unnamed() || name.isAbstract()) {
            return Optional.ofNullable(names.get(new AbstractName(type, name)));
        }
        Socket socket = nodes.get(kernel.fileSystem().socket(name.name()));
        if (socket == null) {
            throw new GuestError(Errno.ECONNREFUSED);
        }
        return Optional.of(socket);
    }

    /** A socket bound to a path has this name in the tree: the file system's key of it. */
    void addNode(int node, Socket socket) {
        nodes.put(node, socket);
    }

    void removeNode(int node, Socket socket) {
        nodes.remove(node, socket);
    }

    void addName(Endpoint.Unix name, Socket socket) {
        names.put(new AbstractName(socket.type(), name), socket);
    }

    void removeName(Endpoint.Unix name, Socket socket) {
        names.remove(new AbstractName(socket.type(), name), socket);
    }

    /** unix(7)'s autobind: an abstract name of five hexadecimal digits. */
    Endpoint.Unix unusedName(int type) {
        Endpoint.Unix name;
        do {
            lastName = lastName + 1 & 0xfffff;
            name = new Endpoint.Unix("\0" + String.format("%05x", lastName));
        } while (names.containsKey(new AbstractName(type, name)));
        return name;
    }

    /** The socket that saved state knows by this id. @throws BadSnapshotException where there is none */
    Socket socket(int id) {
        Socket socket = sockets.get(id);
        if (socket == null) {
            throw new BadSnapshotException("the monitor state names socket " + id + ", which it does not hold");
        }
        return socket;
    }

    StreamSocket stream(int id) {
        if (socket(id) instanceof StreamSocket stream) {
            return stream;
        }
        throw new BadSnapshotException("socket " + id + " of the monitor state is of the wrong kind");
    }

    DatagramSocket datagrams(int id) {
        if (socket(id) instanceof DatagramSocket datagrams) {
            return datagrams;
        }
        throw new BadSnapshotException("socket " + id + " of the monitor state is of the wrong kind");
    }

    ServiceEnd loadServiceEnd(int port, int id, Connection guest) {
        Optional<GuestService> known = port == Resolver.ADDRESS.port() && !services.containsKey(port)
                ? Optional.of(outside.resolverService()) : service(port);
        GuestService service = known.orElseThrow(() -> new BadSnapshotException(
                "the snapshot has a connection to a service on port " + port + ", which this VM is not given"));
        ServiceEnd end = new ServiceEnd(kernel, service, port, id, guest);
        thawed.computeIfAbsent(port, p -> new ArrayList<>()).add(end);
        return end;
    }

    Socket newSocket(int id, int domain, int type) {
        if (domain == SocketConstants.AF_NETLINK) {
            return new NetlinkSocket(this, id, domain, type);
        }
        return type == SocketConstants.SOCK_DGRAM
                ? new DatagramSocket(this, id, domain, type)
                : new StreamSocket(this, id, domain, type);
    }

    public void save(StateWriter out) {
        out.mark(20).putInt(lastId).putInt(lastConnection).putInt(lastName).putInt(sockets.size());
        sockets.values().forEach(socket -> socket.save(out));
        eventObjects.save(out);
        out.putInt(services.size());
        services.forEach((port, service) -> out.putInt(port).putBytes(service.save()));
        outside.save(out);
    }

    /** Takes up saved state in a fresh network, the services' own included. */
    public void load(StateReader in) {
        in.expect(20);
        lastId = in.getInt();
        lastConnection = in.getInt();
        lastName = in.getInt();
        List<Runnable> links = new ArrayList<>();
        for (int i = in.getCount(12); i > 0; i--) {
            Socket socket = newSocket(in.getInt(), in.getInt(), in.getInt());
            socket.loadCommon(in);
            links.add(socket.loadRest(in));
        }
        links.forEach(Runnable::run);
        eventObjects.load(in);
        for (int i = in.getCount(8); i > 0; i--) {
            int port = in.getInt();
            byte[] state = in.getBytes();
            GuestService service = service(port).orElseThrow(() -> new BadSnapshotException(
                    "the snapshot knows a service on port " + port + ", which this VM is not given"));
            service.load(state, List.copyOf(thawed.getOrDefault(port, List.of())));
        }
        if (!services.containsKey(Resolver.ADDRESS.port())) {
            thawed.getOrDefault(Resolver.ADDRESS.port(), List.of()).forEach(ServiceConnection::close);
        }
        thawed.clear();
        outside.load(in);
    }
}
