package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/**
 * A socket: what all kinds have in common. Operations never wait; they return a result, {@code -errno}, and {@code -EAGAIN}
 * where a blocking call would wait. Used under the kernel lock.
 */
abstract sealed class Socket permits StreamSocket, DatagramSocket, NetlinkSocket {
    /** What a socket costs of the budget beside its buffers: sockets that wait in a backlog have no descriptor to bound them. */
    private static final int COST = 128;
    private static final int NO_NODE = 0;

    private final Network network;
    private final int id;
    private final int domain;
    private final int type;
    private final SocketOptions options;
    private Optional<Endpoint> local = Optional.empty();
    private Optional<Endpoint> remote = Optional.empty();
    private boolean holdsName;
    /** The file system's key of the name, for an AF_UNIX socket bound to a path. */
    private int node = NO_NODE;
    private long activity;
    private int error;

    /** @throws GuestError ENOBUFS when the VM's budget is used up */
    Socket(Network network, int id, int domain, int type) {
        if (!network.budget().take(COST)) {
            throw new GuestError(Errno.ENOBUFS);
        }
        this.network = network;
        this.id = id;
        this.domain = domain;
        this.type = type;
        this.options = new SocketOptions(domain, type);
        network.register(this);
    }

    Network network() {
        return network;
    }

    /** Stable across freeze and thaw; shown as the inode of /proc/self/fd's socket:[N]. */
    int id() {
        return id;
    }

    /** AF_UNIX, AF_INET, AF_INET6 or AF_NETLINK. */
    int domain() {
        return domain;
    }

    /** SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, or SOCK_RAW of netlink. */
    int type() {
        return type;
    }

    boolean unix() {
        return domain == SocketConstants.AF_UNIX;
    }

    SocketOptions options() {
        return options;
    }

    boolean v6Only() {
        return domain == SocketConstants.AF_INET6 && options.isSet(SocketOptions.IPV6_V6ONLY);
    }

    /** What getsockname(2) says; the family's wildcard before a bind. */
    Endpoint local() {
        return local.orElseGet(() ->
                unix() ? Endpoint.Unix.UNNAMED : Endpoint.Inet.any(domain == SocketConstants.AF_INET6, 0));
    }

    boolean bound() {
        return local.isPresent();
    }

    Optional<Endpoint> remote() {
        return remote;
    }

    void setRemote(Optional<Endpoint> endpoint) {
        remote = endpoint;
    }

    void setLocal(Endpoint endpoint) {
        local = Optional.of(endpoint);
    }

    /** Counts what a watcher may want to look at: bytes that came, room, an end. See FileDescription.activity. */
    long activity() {
        return activity;
    }

    /** Something that a reader, writer or watcher of this socket waits for has come. */
    void touch() {
        activity++;
        network.kernel().changed();
    }

    int error() {
        return error;
    }

    void setError(int errno) {
        error = errno;
    }

    /** SO_ERROR: the pending error, which is gone then. */
    int takeError() {
        int value = error;
        error = 0;
        return value;
    }

    abstract boolean listening();

    abstract boolean connected();

    abstract long listen(int backlog);

    /** @param nonBlocking whether the caller will not come back by itself: -EINPROGRESS and a later completion */
    abstract long connect(Endpoint to, boolean nonBlocking);

    /** connect(2) to AF_UNSPEC. */
    abstract long disconnect();

    abstract long send(UserBuffer from, Optional<Endpoint> to, int flags);

    /** Where a message of an AF_UNIX socket would arrive: what carries descriptions. */
    abstract Optional<Inbox> destination(Optional<Endpoint> to);

    /** Where this socket's messages arrive. */
    abstract Inbox inbox();

    /** Descriptions that came with messages whose reader does not want them. */
    final void discardRights() {
        inbox().freedRights().forEach(network.kernel().files()::discard);
    }

    abstract Received receive(UserBuffer into, int flags);

    /** FIONREAD. */
    abstract long unread();

    abstract int readiness();

    abstract long shutdown(int how);

    /** The last descriptor is gone. */
    void close() {
        releaseName();
        network.forget(this);
        network.budget().give(COST);
    }

    /** bind(2). */
    long bind(Endpoint address) {
        if (bound()) {
            return -Errno.EINVAL;
        }
        return switch (address) {
            case Endpoint.Inet inet -> bindInet(inet);
            case Endpoint.Unix unix -> bindUnix(unix);
            case Endpoint.Netlink _ -> -Errno.EINVAL;
        };
    }

    private long bindInet(Endpoint.Inet wanted) {
        if (!wanted.local() || v6Only() && wanted.v4()) {
            return -Errno.EADDRNOTAVAIL;
        }
        Ports ports = network.ports(type);
        Endpoint.Inet address = wanted.port() == 0 ? wanted.withPort(ports.ephemeral()) : wanted;
        boolean service = type == SocketConstants.SOCK_STREAM && network.service(address.port()).isPresent();
        if (address.port() == 0 || service || !ports.free(address, this)) {
            return -Errno.EADDRINUSE;
        }
        hold(address);
        return 0;
    }

    private long bindUnix(Endpoint.Unix wanted) {
        Endpoint.Unix address = wanted.unnamed() ? network.unusedName(type) : wanted;
        if (!address.isAbstract()) {
            node = network.kernel().fileSystem().createSocket(address.name());
        } else if (network.named(address, type).isPresent()) {
            return -Errno.EADDRINUSE;
        }
        hold(address);
        return 0;
    }

    private void hold(Endpoint address) {
        local = Optional.of(address);
        holdsName = true;
        switch (address) {
            case Endpoint.Inet inet -> network.ports(type).add(inet, this);
            case Endpoint.Unix unix when unix.isAbstract() -> network.addName(unix, this);
            case Endpoint.Unix _ -> network.addNode(node, this);
            case Endpoint.Netlink _ -> { }
        }
    }

    private void releaseName() {
        if (holdsName) {
            holdsName = false;
            switch (local()) {
                case Endpoint.Inet inet -> network.ports(type).remove(inet.port(), this);
                case Endpoint.Unix unix when unix.isAbstract() -> network.removeName(unix, this);
                case Endpoint.Unix _ -> network.removeNode(node, this);
                case Endpoint.Netlink _ -> { }
            }
        }
    }

    /** Gives an internet socket about to send to {@code to} an address of its own, if it has none. @return 0 or -errno */
    long bindFor(Endpoint.Inet to) {
        if (!bound()) {
            int port = network.ports(type).ephemeral();
            if (port == 0) {
                return -Errno.EADDRNOTAVAIL;
            }
            hold(Endpoint.Inet.any(!to.v4(), port));
        }
        return 0;
    }

    /** What a connected socket's own address becomes when it was bound to the wildcard. */
    void settleLocal(Endpoint.Inet to) {
        if (local() instanceof Endpoint.Inet mine && mine.wildcard()) {
            local = Optional.of(to.source(mine.port()));
        }
    }

    /**
     * A destination as it is meant: the wildcard means the loopback.
     *
     * @throws GuestError ENETUNREACH for the other family; EACCES for what the VM may not reach; EINVAL from the loopback to outside
     */
    Endpoint.Inet reachable(Endpoint.Inet to) {
        if (v6Only() && to.v4()) {
            throw new GuestError(Errno.ENETUNREACH);
        }
        if (to.local()) {
            return to.wildcard() ? Endpoint.Inet.loopback(!to.v4(), to.port()) : to;
        }
        if (local() instanceof Endpoint.Inet mine && mine.loopback()) {
            throw new GuestError(Errno.EINVAL);
        }
        network.outside().check(type == SocketConstants.SOCK_STREAM, to);
        return to;
    }

    /** SO_REUSEADDR and SO_REUSEPORT: whether both may hold overlapping addresses. */
    boolean sharesPortWith(Socket other) {
        boolean address = options.isSet(SocketOptions.SO_REUSEADDR) && other.options.isSet(SocketOptions.SO_REUSEADDR);
        boolean port = options.isSet(SocketOptions.SO_REUSEPORT) && other.options.isSet(SocketOptions.SO_REUSEPORT);
        return port || address && !listening() && !other.listening();
    }

    /** Writes kind, identity and common fields; {@link Network#load} reads kind and identity, {@link #loadCommon} the rest. */
    void save(StateWriter out) {
        out.putInt(id).putInt(domain).putInt(type);
        for (Optional<Endpoint> endpoint : java.util.List.of(local, remote)) {
            out.putBoolean(endpoint.isPresent());
            endpoint.ifPresent(e -> Endpoint.save(e, out));
        }
        out.putBoolean(holdsName).putInt(node).putLong(activity).putInt(error);
        options.save(out);
    }

    /** Reads the fields after the identity and takes its place in the tables of names again. */
    final void loadCommon(StateReader in) {
        Optional<Endpoint> savedLocal = in.getBoolean() ? Optional.of(Endpoint.load(in)) : Optional.empty();
        remote = in.getBoolean() ? Optional.of(Endpoint.load(in)) : Optional.empty();
        boolean held = in.getBoolean();
        node = in.getInt();
        activity = in.getLong();
        error = in.getInt();
        options.load(in);
        local = savedLocal;
        if (held) {
            hold(savedLocal.orElseThrow());
        }
    }

    /** Reads what the kind itself saved. @return what is to be done when all sockets are there */
    abstract Runnable loadRest(StateReader in);
}
