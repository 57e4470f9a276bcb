package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.mm.UserBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * The far end of a guest's connection to outside the VM: a non-blocking socket of the host's. What the guest sends goes to the
 * host's socket at once, and waits here as far as that is full; what comes goes to the guest's inbox as far as there is room, and
 * else stays with the host, whose window closes. Never part of a snapshot. All of it runs under the kernel lock.
 */
final class HostStream implements FarEnd, HostLoop.Watcher, Outside.Held {
    /** Bytes that wait for the host's socket. */
    private static final int LIMIT = 256 << 10;
    private static final int PIECE = 64 << 10;

    private final StreamSocket socket;
    private final Outside outside;
    private final Endpoint.Inet to;
    private final SocketChannel channel;
    private final Inbox outgoing;
    private SelectionKey key;
    private boolean connecting = true;
    private boolean readPaused;
    private boolean readEnded;
    private boolean writeEnds;
    /** The guest has closed its end: only what it sent still goes out. */
    private boolean left;
    private boolean closed;

    private HostStream(StreamSocket socket, Endpoint.Inet to, SocketChannel channel) {
        this.socket = socket;
        this.outside = socket.network().outside();
        this.to = to;
        this.channel = channel;
        outgoing = new Inbox(socket.network().budget(), LIMIT);
    }

    /** Makes the host's socket, before {@link #begin} connects it. @throws GuestError ENOBUFS */
    static HostStream connect(StreamSocket socket, Endpoint.Inet to) {
        Outside outside = socket.network().outside();
        outside.checkRoom();
        try {
            SocketChannel channel = SocketChannel.open(to.v4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            channel.configureBlocking(false);
            // Whether to wait for more is the guest's to decide; it has no timers here.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            HostStream stream = new HostStream(socket, to, channel);
            outside.hold(stream);
            return stream;
        } catch (IOException | UnsupportedOperationException e) {
            throw new GuestError(e instanceof IOException ? Errno.ENOBUFS : Errno.ENETUNREACH);
        }
    }

    /**
     * Connects; the guest's socket is told of the end, which may be there at once.
     *
     * @param waits whether the guest waits for it: on the same host it is there already
     */
    void begin(boolean waits) {
        try {
            boolean done = channel.connect(Outside.address(to)) || waits && channel.finishConnect();
            key = HostLoop.get().watch(channel, done ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (done) {
                connecting = false;
                socket.connectedOutside();
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        close();
        if (connecting) {
            socket.refusedOutside(HostErrors.ofConnect(e));
        } else if (!left) {
            socket.line().gone(true);
        }
    }

    @Override
    public void ready(SelectionKey ready, ByteBuffer buffer) {
        outside.kernel().lock().lock();
        try {
            if (closed) {
                return;
            }
            if (connecting) {
                connecting = !channel.finishConnect();
                if (!connecting) {
                    socket.connectedOutside();
                }
            } else {
                if (ready.isReadable()) {
                    receive(buffer);
                }
                if (!closed && ready.isWritable()) {
                    flush();
                    if (outgoing.writable() && !left) {
                        socket.touch();
                    }
                }
            }
            watch();
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException e) {
            failed(new IOException(e));
            throw e;
        } finally {
            outside.kernel().lock().unlock();
        }
    }

    /** Looks whether something has come that the loop's thread has not brought yet: a reader that finds it need not wait for that. */
    void pull() {
        if (connecting || closed || readEnded) {
            return;
        }
        try {
            receive(outside.buffer().clear());
        } catch (IOException e) {
            failed(e);
        }
        watch();
    }

    private void receive(ByteBuffer buffer) throws IOException {
        int room = left ? 0 : socket.line().roomForOutside();
        readPaused = room == 0;
        if (readPaused) {
            return;
        }
        int n = channel.read(buffer.limit(Math.min(room, buffer.capacity())));
        if (n < 0) {
            readEnded = true;
            socket.line().ended();
        } else if (n > 0) {
            socket.line().takeFromOutside(buffer.flip());
        }
    }

    /** Sends what waits; then ends what was to end after it. */
    private void flush() throws IOException {
        while (!outgoing.isEmpty()) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, outgoing.size()));
            int n = (int) outgoing.drain(UserBuffer.of(outside.kernel().user(), MemorySegment.ofBuffer(piece)), true);
            int sent = channel.write(piece.limit(n));
            outgoing.skip(sent);
            if (sent < n) {
                return;
            }
        }
        if (left) {
            close();
        } else if (writeEnds) {
            channel.shutdownOutput();
        }
    }

    private void watch() {
        if (!closed) {
            HostLoop.get().change(key, connecting ? SelectionKey.OP_CONNECT
                    : (readPaused || readEnded || left ? 0 : SelectionKey.OP_READ) | (outgoing.isEmpty() ? 0 : SelectionKey.OP_WRITE));
        }
    }

    @Override
    public long take(UserBuffer from) {
        long before = from.moved();
        try {
            while (from.remaining() > 0 && outgoing.fill(from) > 0) {
                flush();
            }
        } catch (IOException e) {
            failed(e);
        }
        watch();
        return from.moved() > before ? from.moved() - before : -Errno.EAGAIN;
    }

    @Override
    public boolean takes() {
        return outgoing.writable();
    }

    @Override
    public void ended() {
        writeEnds = true;
        try {
            flush();
        } catch (IOException e) {
            failed(e);
        }
    }

    @Override
    public void drained() {
        readPaused = false;
        watch();
    }

    @Override
    public void gone(boolean abruptly) {
        left = true;
        try {
            if (connecting || abruptly) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                close();
            } else {
                flush();
                watch();
            }
        } catch (IOException e) {
            close();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            outgoing.clear();
            outside.release(this);
            Outside.close(channel);
        }
    }
}
