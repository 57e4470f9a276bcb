package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** A message socket: UDP (a message to a full inbox is lost) and AF_UNIX datagrams (the sender waits). */
final class DatagramSocket extends Socket {
    /** The longest UDP payload over IPv4: 65535 less the IP and UDP headers. */
    private static final int MAX_UDP = 65_507;
    /** AF_UNIX messages that may wait: net.unix.max_dgram_qlen and the one of unix(7)'s rule "more than". */
    private static final int MAX_UNIX_WAITING = 11;
    private static final int LIMIT = 212_992;

    private final Inbox inbox;
    /** AF_UNIX: the socket that a connect or socketpair named; stays when it is closed, and sending is refused then. */
    private Optional<DatagramSocket> peer = Optional.empty();
    private boolean readShut;
    private boolean writeShut;
    private boolean closed;
    /** The host's socket, once something was sent to outside the VM. */
    private Optional<HostDatagrams> outside = Optional.empty();

    DatagramSocket(Network network, int id, int domain, int type) {
        super(network, id, domain, type);
        inbox = new Inbox(network.budget(), LIMIT);
    }

    @Override
    boolean listening() {
        return false;
    }

    @Override
    boolean connected() {
        return remote().isPresent();
    }

    @Override
    long listen(int backlog) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    long connect(Endpoint to, boolean nonBlocking) {
        switch (to) {
            case Endpoint.Inet inet -> {
                Endpoint.Inet target = reachable(inet);
                long bound = bindFor(target);
                if (bound < 0) {
                    return bound;
                }
                closeOutside();
                settleLocal(target);
                setRemote(Optional.of(target));
            }
            case Endpoint.Unix unix -> {
                peer = Optional.of(named(unix));
                setRemote(Optional.of(unix));
            }
            case Endpoint.Netlink _ -> {
                return -Errno.EAFNOSUPPORT;
            }
        }
        return 0;
    }

    /** Connects two AF_UNIX sockets with each other: socketpair(2). */
    void pair(DatagramSocket other) {
        peer = Optional.of(other);
        other.peer = Optional.of(this);
        setRemote(Optional.of(Endpoint.Unix.UNNAMED));
        other.setRemote(Optional.of(Endpoint.Unix.UNNAMED));
    }

    @Override
    long disconnect() {
        closeOutside();
        peer = Optional.empty();
        setRemote(Optional.empty());
        return 0;
    }

    private DatagramSocket named(Endpoint.Unix name) {
        Socket found = network().named(name, type()).orElseThrow(() ->
                new GuestError(name.unnamed() ? Errno.EINVAL : Errno.ECONNREFUSED));
        if (!(found instanceof DatagramSocket datagrams)) {
            throw new GuestError(Errno.EPROTOTYPE);
        }
        return datagrams;
    }

    @Override
    long send(UserBuffer from, Optional<Endpoint> to, int flags) {
        if ((flags & SocketConstants.MSG_OOB) != 0) {
            return -Errno.EOPNOTSUPP;
        }
        if (error() != 0) {
            return -takeError();
        }
        if (writeShut) {
            return -Errno.EPIPE;
        }
        if (from.remaining() > (unix() ? LIMIT : MAX_UDP)) {
            return -Errno.EMSGSIZE;
        }
        return unix() ? sendUnix(from, to) : sendUdp(from, to);
    }

    private long sendUnix(UserBuffer from, Optional<Endpoint> to) {
        if (to.isEmpty() && peer.isEmpty()) {
            return -Errno.ENOTCONN;
        }
        DatagramSocket target = to.isPresent() ? named((Endpoint.Unix) to.get()) : peer.get();
        if (target.closed) {
            disconnect();
            return -Errno.ECONNREFUSED;
        }
        if (target.readShut) {
            return -Errno.EPIPE;
        }
        if (target.peer.isPresent() && target.peer.get() != this) {
            return -Errno.EPERM;
        }
        if (target.inbox.count() >= MAX_UNIX_WAITING || target.inbox.room() < from.remaining()) {
            return -Errno.EAGAIN;
        }
        return target.accept(from.getAll(LIMIT), bound() ? Optional.of(local()) : Optional.empty());
    }

    private long sendUdp(UserBuffer from, Optional<Endpoint> to) {
        if (to.isEmpty() && remote().isEmpty()) {
            return -Errno.EDESTADDRREQ;
        }
        Endpoint.Inet target = reachable((Endpoint.Inet) to.or(this::remote).get());
        if (target.port() == 0) {
            return -Errno.EINVAL;
        }
        long bound = bindFor(target);
        if (bound < 0) {
            return bound;
        }
        byte[] bytes = from.getAll(MAX_UDP);
        if (!target.local()) {
            return outside(target).send(bytes, target);
        }
        if (target.equals(Resolver.ADDRESS)) {
            network().outside().resolver().query(bytes, DnsQuery.MOST_BYTES, answer -> arrived(answer, target));
            return bytes.length;
        }
        Endpoint.Inet me = (Endpoint.Inet) local();
        Endpoint.Inet source = me.wildcard() ? target.source(me.port()) : me;
        Optional<Socket> found = network().ports(type()).find(target, socket -> socket.remote().map(source::equals).orElse(true));
        if (found.isPresent() && found.get() instanceof DatagramSocket receiver) {
            if (!receiver.readShut) {
                receiver.accept(bytes, Optional.of(source));
            }
        } else if (remote().isPresent()) {
            setError(Errno.ECONNREFUSED);
            touch();
        }
        return bytes.length;
    }

    private HostDatagrams outside(Endpoint.Inet target) {
        if (outside.isEmpty()) {
            boolean fixed = remote().isPresent() && remote().get().equals(target);
            outside = Optional.of(HostDatagrams.open(this, fixed ? remote() : Optional.empty()));
        }
        return outside.get();
    }

    private void closeOutside() {
        outside.ifPresent(HostDatagrams::close);
        outside = Optional.empty();
    }

    /** A message that comes from none of the VM's own sockets. */
    void arrived(byte[] bytes, Endpoint.Inet from) {
        if (!closed && !readShut) {
            accept(bytes, Optional.of(from));
        }
    }

    private long accept(byte[] bytes, Optional<Endpoint> from) {
        if (inbox.addMessage(bytes, from)) {
            touch();
        }
        return bytes.length;
    }

    @Override
    Optional<Inbox> destination(Optional<Endpoint> to) {
        return !unix() ? Optional.empty()
                : to.isPresent() ? Optional.of(named((Endpoint.Unix) to.get()).inbox) : peer.map(other -> other.inbox);
    }

    @Override
    Inbox inbox() {
        return inbox;
    }

    @Override
    Received receive(UserBuffer into, int flags) {
        if ((flags & SocketConstants.MSG_OOB) != 0) {
            return Received.of(-Errno.EOPNOTSUPP);
        }
        if (error() != 0) {
            return Received.of(-takeError());
        }
        if (inbox.isEmpty()) {
            return Received.of(readShut ? 0 : -Errno.EAGAIN);
        }
        int length = inbox.firstLength();
        Optional<Endpoint> from = inbox.firstSender();
        boolean peek = (flags & SocketConstants.MSG_PEEK) != 0;
        long got = inbox.takeMessage(into, peek);
        if (unix() && !peek) {
            peer.ifPresent(Socket::touch);
            network().kernel().changed();
        }
        boolean cut = got < length;
        return new Received(cut && (flags & SocketConstants.MSG_TRUNC) != 0 ? length : got, from,
                cut ? SocketConstants.MSG_TRUNC : 0);
    }

    @Override
    long unread() {
        return inbox.firstLength();
    }

    @Override
    int readiness() {
        boolean out = peer.isEmpty() || peer.get().closed || peer.get().inbox.count() < MAX_UNIX_WAITING;
        return (inbox.isEmpty() && !readShut ? 0 : Poll.IN)
                | (readShut ? Poll.RDHUP : 0)
                | (readShut && writeShut ? Poll.HUP : 0)
                | (error() != 0 ? Poll.ERR : 0)
                | (out ? Poll.OUT : 0);
    }

    @Override
    long shutdown(int how) {
        if (!unix() && remote().isEmpty()) {
            return -Errno.ENOTCONN;
        }
        readShut |= how != SocketConstants.SHUT_WR;
        writeShut |= how != SocketConstants.SHUT_RD;
        touch();
        return 0;
    }

    @Override
    void close() {
        closed = true;
        closeOutside();
        peer.ifPresent(Socket::touch);
        peer = Optional.empty();
        inbox.clear();
        discardRights();
        super.close();
    }

    @Override
    void save(StateWriter out) {
        super.save(out);
        out.putBoolean(readShut).putBoolean(writeShut).putInt(peer.filter(p -> !p.closed).map(Socket::id).orElse(-1));
        inbox.save(out);
    }

    @Override
    Runnable loadRest(StateReader in) {
        readShut = in.getBoolean();
        writeShut = in.getBoolean();
        int peerId = in.getInt();
        inbox.load(in);
        return () -> {
            if (peerId >= 0) {
                peer = Optional.of(network().datagrams(peerId));
            }
        };
    }
}
