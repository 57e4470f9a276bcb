package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/**
 * A connection-oriented socket: TCP, and AF_UNIX stream and seqpacket.
 *
 * <p>NEW -> LISTENING by listen; NEW -> CONNECTED by connect, at once; NEW -> CONNECTING for a non-blocking TCP connect to a
 * full backlog, which becomes CONNECTED when accept makes room, and for any connect to outside the VM, which becomes CONNECTED, or
 * NEW with an error, when the host's socket does. A connection's sides hold each other as {@link FarEnd} until one
 * is closed: {@link Connection}.
 */
final class StreamSocket extends Socket {
    private enum State { NEW, LISTENING, CONNECTING, CONNECTED }

    private final Connection line;
    private final AcceptQueue accepts = new AcceptQueue();
    private State state = State.NEW;
    private boolean connectUnreported;

    StreamSocket(Network network, int id, int domain, int type) {
        super(network, id, domain, type);
        line = new Connection(this);
    }

    /** This socket's side of its connection; of no use before it is connected. */
    Connection line() {
        return line;
    }

    @Override
    boolean listening() {
        return state == State.LISTENING;
    }

    @Override
    boolean connected() {
        return state == State.CONNECTED;
    }

    @Override
    long listen(int backlog) {
        if (state != State.NEW && state != State.LISTENING || unix() && !bound()) {
            return -Errno.EINVAL;
        }
        if (!bound()) {
            long bound = bind(Endpoint.Inet.any(domain() == SocketConstants.AF_INET6, 0));
            if (bound < 0) {
                return bound;
            }
        }
        accepts.setBacklog(backlog);
        state = State.LISTENING;
        if (local() instanceof Endpoint.Inet at) {
            network().listens(at);
        }
        return 0;
    }

    @Override
    long connect(Endpoint to, boolean nonBlocking) {
        switch (state) {
            case LISTENING -> {
                return unix() ? -Errno.EINVAL : -Errno.EISCONN;
            }
            case CONNECTING -> {
                return nonBlocking ? -Errno.EALREADY : -Errno.EAGAIN;
            }
            case CONNECTED -> {
                boolean news = connectUnreported;
                connectUnreported = false;
                return news ? 0 : -Errno.EISCONN;
            }
            case NEW -> {
                if (error() != 0) {
                    return -takeError();
                }
            }
        }
        return switch (to) {
            case Endpoint.Inet inet -> connectInet(reachable(inet), nonBlocking);
            case Endpoint.Unix unix -> connectUnix(unix);
            case Endpoint.Netlink _ -> -Errno.EAFNOSUPPORT;
        };
    }

    private long connectInet(Endpoint.Inet to, boolean nonBlocking) {
        if (!to.local()) {
            return connectOutside(to, nonBlocking);
        }
        Optional<GuestService> service = network().service(to);
        Optional<StreamSocket> listener = network().listener(to);
        if (service.isEmpty() && listener.isEmpty()) {
            if (nonBlocking) {
                setError(Errno.ECONNREFUSED);
                touch();
                return -Errno.EINPROGRESS;
            }
            return -Errno.ECONNREFUSED;
        }
        boolean full = service.isEmpty() && listener.get().accepts.full();
        if (full && !nonBlocking) {
            return -Errno.EAGAIN;
        }
        long bound = bindFor(to);
        if (bound < 0) {
            return bound;
        }
        settleLocal(to);
        setRemote(Optional.of(to));
        if (service.isPresent()) {
            state = State.CONNECTED;
            ServiceEnd end = network().serviceEnd(service.get(), line);
            line.join(end);
            touch();
            service.get().connected(end);
            return 0;
        }
        if (full) {
            state = State.CONNECTING;
            listener.get().accepts.waiting().addLast(this);
            return -Errno.EINPROGRESS;
        }
        join(listener.get());
        connectUnreported = nonBlocking;
        return nonBlocking ? -Errno.EINPROGRESS : 0;
    }

    private long connectOutside(Endpoint.Inet to, boolean nonBlocking) {
        long bound = bindFor(to);
        if (bound < 0) {
            return bound;
        }
        HostStream end = HostStream.connect(this, to);
        settleLocal(to);
        setRemote(Optional.of(to));
        line.joinOutside(end);
        state = State.CONNECTING;
        end.begin(!nonBlocking);
        if (state == State.CONNECTING) {
            return nonBlocking ? -Errno.EINPROGRESS : -Errno.EAGAIN;
        }
        connectUnreported = false;
        return error() != 0 ? -takeError() : 0;
    }

    /** The host's socket is connected. */
    void connectedOutside() {
        state = State.CONNECTED;
        connectUnreported = true;
        touch();
    }

    /** The connect to outside has come to nothing. */
    void refusedOutside(int errno) {
        line.leave();
        setRemote(Optional.empty());
        state = State.NEW;
        setError(errno);
        touch();
    }

    private void loseOutside() {
        if (state == State.CONNECTED) {
            line.gone(true);
        } else {
            refusedOutside(Errno.ECONNRESET);
        }
    }

    private long connectUnix(Endpoint.Unix to) {
        Optional<Socket> named = network().named(to, type());
        if (named.isEmpty()) {
            return to.unnamed() ? -Errno.EINVAL : -Errno.ECONNREFUSED;
        }
        if (!(named.get() instanceof StreamSocket listener) || listener.type() != type()) {
            return -Errno.EPROTOTYPE;
        }
        if (!listener.listening()) {
            return -Errno.ECONNREFUSED;
        }
        if (listener.accepts.full()) {
            return -Errno.EAGAIN;
        }
        setRemote(Optional.of(to));
        join(listener);
        return 0;
    }

    /** Makes the other side of this socket's connection and leaves it with the listener. */
    private void join(StreamSocket listener) {
        StreamSocket child = new StreamSocket(network(), network().newId(), listener.domain(), listener.type());
        child.setLocal(remote().orElse(listener.local()));
        child.setRemote(Optional.of(local()));
        pair(child);
        listener.accepts.ready().addLast(child);
        listener.touch();
    }

    /** Leaves a connection from the host with this listener, whatever its backlog: the host knows how many it makes. */
    ServiceConnection takeFromHost(HostPeer peer, int connection) {
        StreamSocket child = new StreamSocket(network(), network().newId(), domain(), type());
        boolean v6 = local() instanceof Endpoint.Inet at && !at.v4() && !at.wildcard();
        int port = local() instanceof Endpoint.Inet at ? at.port() : 0;
        child.setLocal(Endpoint.Inet.loopback(v6, port));
        child.setRemote(Optional.of(Endpoint.Inet.loopback(v6, network().ports(type()).ephemeral())));
        ServiceEnd end = new ServiceEnd(network().kernel(), peer, ServiceEnd.FROM_HOST, connection, child.line);
        child.line.join(end);
        child.state = State.CONNECTED;
        accepts.ready().addLast(child);
        touch();
        return end;
    }

    /** Connects two sockets with each other. */
    void pair(StreamSocket other) {
        line.join(other.line);
        other.line.join(line);
        state = State.CONNECTED;
        other.state = State.CONNECTED;
        setRemote(Optional.of(remote().orElse(Endpoint.Unix.UNNAMED)));
        other.setRemote(Optional.of(other.remote().orElse(Endpoint.Unix.UNNAMED)));
        touch();
    }

    @Override
    long disconnect() {
        return unix() ? -Errno.EINVAL : 0;
    }

    /** The next connection of a listening socket, if one waits. */
    Optional<StreamSocket> accept() {
        Optional<StreamSocket> first = Optional.ofNullable(accepts.ready().pollFirst());
        while (!accepts.full() && !accepts.waiting().isEmpty()) {
            StreamSocket next = accepts.waiting().removeFirst();
            next.connectUnreported = true;
            next.join(this);
        }
        if (first.isPresent()) {
            network().kernel().changed();
        }
        return first;
    }

    private void stopListening() {
        for (StreamSocket child : accepts.ready()) {
            child.options().setLinger(0);
            child.close();
        }
        accepts.ready().clear();
        for (StreamSocket waiting : accepts.waiting()) {
            waiting.state = State.NEW;
            waiting.setError(Errno.ECONNREFUSED);
            waiting.touch();
        }
        accepts.waiting().clear();
        state = State.NEW;
        touch();
    }

    @Override
    long send(UserBuffer from, Optional<Endpoint> to, int flags) {
        if (to.isPresent() && unix()) {
            return state == State.CONNECTED ? -Errno.EISCONN : -Errno.EOPNOTSUPP;
        }
        if ((flags & SocketConstants.MSG_OOB) != 0) {
            return -Errno.EOPNOTSUPP;
        }
        if (state == State.CONNECTING) {
            return -Errno.EAGAIN;
        }
        if (error() != 0) {
            return -takeError();
        }
        if (state != State.CONNECTED) {
            return unix() ? -Errno.ENOTCONN : -Errno.EPIPE;
        }
        return line.send(from);
    }

    @Override
    Optional<Inbox> destination(Optional<Endpoint> to) {
        return unix() && state == State.CONNECTED ? line.farInbox() : Optional.empty();
    }

    @Override
    Inbox inbox() {
        return line.inbox();
    }

    @Override
    Received receive(UserBuffer into, int flags) {
        if ((flags & SocketConstants.MSG_OOB) != 0) {
            return Received.of(type() == SocketConstants.SOCK_SEQPACKET ? -Errno.EOPNOTSUPP : -Errno.EINVAL);
        }
        return switch (state) {
            case CONNECTED -> line.receive(into, flags);
            case CONNECTING -> Received.of(-Errno.EAGAIN);
            case NEW, LISTENING -> {
                boolean unixStream = unix() && type() == SocketConstants.SOCK_STREAM;
                yield Received.of(error() != 0 ? -takeError() : unixStream ? -Errno.EINVAL : -Errno.ENOTCONN);
            }
        };
    }

    @Override
    long unread() {
        return state == State.LISTENING ? -Errno.EINVAL : line.unread();
    }

    @Override
    int readiness() {
        int failed = error() != 0 ? Poll.ERR | Poll.IN : 0;
        return switch (state) {
            case LISTENING -> accepts.isEmpty() ? 0 : Poll.IN;
            case NEW -> Poll.OUT | Poll.HUP | failed;
            case CONNECTING -> 0;
            case CONNECTED -> line.readiness() | failed;
        };
    }

    @Override
    long shutdown(int how) {
        if (state != State.CONNECTED) {
            if (state == State.LISTENING && !unix() && how != SocketConstants.SHUT_WR) {
                stopListening();
                return 0;
            }
            return unix() ? 0 : -Errno.ENOTCONN;
        }
        line.shutdown(how);
        return 0;
    }

    @Override
    void close() {
        if (state == State.LISTENING) {
            stopListening();
        }
        if (state == State.CONNECTING) {
            remote().flatMap(to -> network().listener((Endpoint.Inet) to))
                    .ifPresent(listener -> listener.accepts.waiting().remove(this));
        }
        line.close(options().lingerSeconds() == 0);
        discardRights();
        super.close();
    }

    @Override
    void save(StateWriter out) {
        super.save(out);
        out.putInt(state.ordinal()).putBoolean(connectUnreported).putInt(accepts.backlog());
        line.save(out);
        for (var queue : java.util.List.of(accepts.ready(), accepts.waiting())) {
            out.putInt(queue.size());
            queue.forEach(socket -> out.putInt(socket.id()));
        }
    }

    @Override
    Runnable loadRest(StateReader in) {
        State[] states = State.values();
        state = states[Math.floorMod(in.getInt(), states.length)];
        connectUnreported = in.getBoolean();
        accepts.setBacklog(in.getInt());
        Runnable joining = line.load(in);
        if (line.wasOutside()) {
            loseOutside();
        }
        int[] ready = ids(in);
        int[] waiting = ids(in);
        return () -> {
            joining.run();
            for (int socket : ready) {
                accepts.ready().addLast(network().stream(socket));
            }
            for (int socket : waiting) {
                accepts.waiting().addLast(network().stream(socket));
            }
        };
    }

    private static int[] ids(StateReader in) {
        int[] ids = new int[in.getCount(4)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.getInt();
        }
        return ids;
    }
}
