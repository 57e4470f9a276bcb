package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.fs.Poll;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A stream socket's side of an established connection: what it can read, and the far end it sends to.
 *
 * <p>Ends as TCP's do: the far end says {@link #ended} when it sends no more and {@link #gone} when it is closed. Then a first
 * write of TCP still succeeds (the reset comes back after it), the next is EPIPE; AF_UNIX says EPIPE at once.
 */
final class Connection implements FarEnd {
    /** AF_UNIX: net.core.wmem_default. */
    private static final int UNIX_LIMIT = 212_992;
    /** TCP: about what a loopback connection of Linux takes before the reader reads. */
    private static final int TCP_LIMIT = 2 << 20;
    /** In saved state, where a far end's socket id would stand. */
    private static final int NO_FAR = -1;
    private static final int SERVICE_FAR = -2;
    private static final int OUTSIDE_FAR = -3;
    /** Bytes from outside that wait here before the host's socket is left alone. */
    private static final int OUTSIDE_LIMIT = 256 << 10;
    /** What a connection may bring in though the VM's budget is used up, so that it can go on. */
    private static final int LEAST_FROM_OUTSIDE = 4096;

    private final StreamSocket socket;
    private final boolean unix;
    private final boolean packets;
    private final Inbox inbox;
    private Optional<FarEnd> far = Optional.empty();
    private boolean farEnded;
    /** TCP: the far end said that it sends no more; whatever goes wrong later, reading finds the end. */
    private boolean finished;
    private boolean readShut;
    private boolean writeShut;
    private boolean broken;
    private boolean wasOutside;

    Connection(StreamSocket socket) {
        this.socket = socket;
        unix = socket.unix();
        packets = socket.type() == SocketConstants.SOCK_SEQPACKET;
        inbox = new Inbox(socket.network().budget(), unix ? UNIX_LIMIT : TCP_LIMIT);
    }

    void join(FarEnd other) {
        far = Optional.of(other);
    }

    void joinOutside(HostStream end) {
        inbox.setLimit(OUTSIDE_LIMIT);
        join(end);
    }

    Inbox inbox() {
        return inbox;
    }

    /** The inbox that this side sends to. */
    Optional<Inbox> farInbox() {
        return far.isPresent() && far.get() instanceof Connection other ? Optional.of(other.inbox) : Optional.empty();
    }

    /** There is no connection after all. */
    void leave() {
        far = Optional.empty();
    }

    /** Whether the state that was loaded had a connection to outside. */
    boolean wasOutside() {
        return wasOutside;
    }

    /** Sends on a socket that is connected. */
    long send(UserBuffer from) {
        if (writeShut || broken) {
            return -Errno.EPIPE;
        }
        if (far.isEmpty()) {
            broken = true;
            return from.getAll(TCP_LIMIT).length;
        }
        return from.remaining() == 0 && !packets ? 0 : far.get().take(from);
    }

    @Override
    public long take(UserBuffer from) {
        if (readShut && unix) {
            return -Errno.EPIPE;
        }
        if (packets) {
            return takePacket(from);
        }
        long n = inbox.fill(from);
        if (n == 0) {
            return -Errno.EAGAIN;
        }
        socket.touch();
        return n;
    }

    private long takePacket(UserBuffer from) {
        long length = from.remaining();
        if (length > inbox.limit()) {
            return -Errno.EMSGSIZE;
        }
        if (length > inbox.room()) {
            return -Errno.EAGAIN;
        }
        byte[] bytes = from.getAll((int) length);
        if (!inbox.addMessage(bytes, Optional.empty())) {
            return -Errno.EAGAIN;
        }
        socket.touch();
        return bytes.length;
    }

    @Override
    public boolean takes() {
        return inbox.writable();
    }

    /** What the host's service sends: any length. */
    void takeFromHost(byte[] bytes) {
        inbox.append(bytes);
        socket.touch();
    }

    /** How much {@link #takeFromOutside} takes now. */
    int roomForOutside() {
        return (int) (inbox.isEmpty() ? Math.max(LEAST_FROM_OUTSIDE, inbox.room()) : inbox.room());
    }

    /** What the host's socket brought: at most {@link #roomForOutside}. */
    void takeFromOutside(ByteBuffer bytes) {
        if (bytes.remaining() <= inbox.room()) {
            inbox.fill(UserBuffer.of(socket.network().kernel().user(), MemorySegment.ofBuffer(bytes)));
        } else {
            byte[] few = new byte[bytes.remaining()];
            bytes.get(few);
            inbox.append(few);
        }
        socket.touch();
    }

    Received receive(UserBuffer into, int flags) {
        if (inbox.isEmpty() && far.isPresent() && far.get() instanceof HostStream outside) {
            outside.pull();
        }
        if (!inbox.isEmpty()) {
            return packets ? receivePacket(into, flags) : Received.of(receiveBytes(into, flags));
        }
        if (into.remaining() == 0 && !packets) {
            return Received.of(0);
        }
        if (socket.error() != 0 && !finished) {
            return Received.of(-socket.takeError());
        }
        return Received.of(farEnded || readShut ? 0 : -Errno.EAGAIN);
    }

    private long receiveBytes(UserBuffer into, int flags) {
        boolean all = (flags & SocketConstants.MSG_WAITALL) != 0
                && (flags & (SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_PEEK)) == 0;
        if (all && inbox.size() < into.remaining() && !farEnded && !readShut && inbox.room() > 0) {
            return -Errno.EAGAIN;
        }
        boolean wasFull = !inbox.writable();
        boolean discard = (flags & SocketConstants.MSG_TRUNC) != 0 && !unix;
        long n = discard ? inbox.skip(into.remaining()) : inbox.drain(into, (flags & SocketConstants.MSG_PEEK) != 0);
        boolean outside = far.isPresent() && far.get() instanceof HostStream;
        if (wasFull && (inbox.writable() || outside && inbox.isEmpty())) {
            far.ifPresent(FarEnd::drained);
        }
        return n;
    }

    private Received receivePacket(UserBuffer into, int flags) {
        boolean wasFull = !inbox.writable();
        int length = inbox.firstLength();
        long got = inbox.takeMessage(into, (flags & SocketConstants.MSG_PEEK) != 0);
        if (wasFull && inbox.writable()) {
            far.ifPresent(FarEnd::drained);
        }
        boolean cut = got < length;
        return new Received(cut && (flags & SocketConstants.MSG_TRUNC) != 0 ? length : got, Optional.empty(),
                cut ? SocketConstants.MSG_TRUNC : 0);
    }

    @Override
    public void drained() {
        socket.touch();
    }

    @Override
    public void ended() {
        farEnded = true;
        finished = !unix;
        socket.touch();
    }

    @Override
    public void gone(boolean abruptly) {
        far = Optional.empty();
        farEnded = true;
        if (abruptly) {
            socket.setError(finished ? Errno.EPIPE : Errno.ECONNRESET);
        }
        finished |= !unix && !abruptly;
        broken = abruptly || unix;
        socket.touch();
    }

    /** FIONREAD. */
    long unread() {
        return packets ? inbox.firstLength() : inbox.size();
    }

    int readiness() {
        boolean noMoreIn = farEnded || readShut;
        boolean noMoreOut = writeShut || broken;
        boolean out = noMoreOut || far.isEmpty() || far.get().takes();
        return (inbox.isEmpty() && !noMoreIn ? 0 : Poll.IN)
                | (noMoreIn ? Poll.RDHUP : 0)
                | (noMoreIn && noMoreOut ? Poll.HUP : 0)
                | (out ? Poll.OUT : 0);
    }

    void shutdown(int how) {
        if (how != SocketConstants.SHUT_RD && !writeShut) {
            writeShut = true;
            far.ifPresent(FarEnd::ended);
        }
        if (how != SocketConstants.SHUT_WR) {
            readShut = true;
        }
        socket.touch();
    }

    /** @param abruptly the far end sees a reset though nothing unread is lost: SO_LINGER of 0 */
    void close(boolean abruptly) {
        boolean loss = abruptly || !inbox.isEmpty();
        far.ifPresent(end -> end.gone(loss));
        far = Optional.empty();
        inbox.clear();
    }

    void save(StateWriter out) {
        boolean lost = far.isPresent() && far.get() instanceof ServiceEnd end && end.port() == ServiceEnd.FROM_HOST;
        out.putBoolean(farEnded || lost).putBoolean(finished).putBoolean(readShut).putBoolean(writeShut).putBoolean(broken);
        inbox.save(out);
        if (far.isEmpty() || lost) {
            out.putInt(NO_FAR);
            return;
        }
        switch (far.get()) {
            case ServiceEnd end -> out.putInt(SERVICE_FAR).putInt(end.port()).putInt(end.id());
            case Connection other -> out.putInt(other.socket.id());
            case HostStream _ -> out.putInt(OUTSIDE_FAR);
        }
    }

    /** @return what is to be done when all sockets are there */
    Runnable load(StateReader in) {
        farEnded = in.getBoolean();
        finished = in.getBoolean();
        readShut = in.getBoolean();
        writeShut = in.getBoolean();
        broken = in.getBoolean();
        inbox.load(in);
        int farId = in.getInt();
        wasOutside = farId == OUTSIDE_FAR;
        if (farId == SERVICE_FAR) {
            far = Optional.of(socket.network().loadServiceEnd(in.getInt(), in.getInt(), this));
        }
        return () -> {
            if (farId >= 0) {
                far = Optional.of(socket.network().stream(farId).line());
            }
        };
    }
}
