package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** A NETLINK_ROUTE socket: netlink(7). It answers questions ({@link NetlinkAnswers}); no news ever comes of itself. */
final class NetlinkSocket extends Socket {
    private static final int LIMIT = 212_992;
    private static final int MOST_SENT = 32_768;
    private static final Endpoint.Netlink KERNEL = new Endpoint.Netlink(0, 0);

    private final Inbox inbox;

    NetlinkSocket(Network network, int id, int domain, int type) {
        super(network, id, domain, type);
        inbox = new Inbox(network.budget(), LIMIT);
    }

    @Override
    Endpoint local() {
        return bound() ? super.local() : KERNEL;
    }

    @Override
    long bind(Endpoint address) {
        if (!(address instanceof Endpoint.Netlink wanted) || bound() && wanted.port() != ProcessInfo.PID) {
            return -Errno.EINVAL;
        }
        setLocal(new Endpoint.Netlink(ProcessInfo.PID, wanted.groups()));
        return 0;
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
        setRemote(Optional.of(to));
        return 0;
    }

    @Override
    long disconnect() {
        setRemote(Optional.empty());
        return 0;
    }

    @Override
    long send(UserBuffer from, Optional<Endpoint> to, int flags) {
        if ((flags & SocketConstants.MSG_OOB) != 0) {
            return -Errno.EOPNOTSUPP;
        }
        if (from.remaining() > MOST_SENT) {
            return -Errno.EMSGSIZE;
        }
        if (to.or(this::remote).orElse(KERNEL) instanceof Endpoint.Netlink peer && peer.port() != 0) {
            return -Errno.ECONNREFUSED;
        }
        if (!bound()) {
            setLocal(new Endpoint.Netlink(ProcessInfo.PID, 0));
        }
        byte[] bytes = from.getAll(MOST_SENT);
        for (byte[] answer : NetlinkAnswers.to(bytes, ProcessInfo.PID)) {
            if (!inbox.addMessage(answer, Optional.of(KERNEL))) {
                setError(Errno.ENOBUFS);
            }
        }
        touch();
        return bytes.length;
    }

    @Override
    Optional<Inbox> destination(Optional<Endpoint> to) {
        return Optional.empty();
    }

    @Override
    Inbox inbox() {
        return inbox;
    }

    @Override
    Received receive(UserBuffer into, int flags) {
        if (error() != 0) {
            return Received.of(-takeError());
        }
        if (inbox.isEmpty()) {
            return Received.of(-Errno.EAGAIN);
        }
        int length = inbox.firstLength();
        long got = inbox.takeMessage(into, (flags & SocketConstants.MSG_PEEK) != 0);
        boolean cut = got < length;
        return new Received(cut && (flags & SocketConstants.MSG_TRUNC) != 0 ? length : got, Optional.of(KERNEL),
                cut ? SocketConstants.MSG_TRUNC : 0);
    }

    @Override
    long unread() {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    int readiness() {
        return (inbox.isEmpty() ? 0 : Poll.IN) | (error() != 0 ? Poll.ERR : 0) | Poll.OUT;
    }

    @Override
    long shutdown(int how) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    void close() {
        inbox.clear();
        super.close();
    }

    @Override
    void save(StateWriter out) {
        super.save(out);
        inbox.save(out);
    }

    @Override
    Runnable loadRest(StateReader in) {
        inbox.load(in);
        return () -> { };
    }
}
