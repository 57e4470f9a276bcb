package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The host's socket through which a guest's UDP socket speaks to outside the VM. Messages come in only from where the guest sent
 * some to. Never part of a snapshot: after a thaw the next message makes another. All of it runs under the kernel lock.
 */
final class HostDatagrams implements HostLoop.Watcher, Outside.Held {
    /** Correspondents whose answers are let in, the latest. */
    private static final int MOST_PEERS = 1024;
    /** Messages taken at a time. */
    private static final int TURN = 16;

    private final DatagramSocket socket;
    private final Outside outside;
    private final DatagramChannel channel;
    private final boolean connected;
    private final Map<Endpoint.Inet, Boolean> peers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoint.Inet, Boolean> eldest) {
            return size() > MOST_PEERS;
        }
    };
    private boolean closed;

    private HostDatagrams(DatagramSocket socket, DatagramChannel channel, boolean connected) {
        this.socket = socket;
        this.outside = socket.network().outside();
        this.channel = channel;
        this.connected = connected;
    }

    /** @param remote where the guest's socket is connected to; the host's is too then, and learns that nobody listens there */
    static HostDatagrams open(DatagramSocket socket, Optional<Endpoint> remote) {
        Outside outside = socket.network().outside();
        outside.checkRoom();
        try {
            DatagramChannel channel = DatagramChannel.open();
            HostDatagrams datagrams = new HostDatagrams(socket, channel, remote.isPresent());
            outside.hold(datagrams);
            try {
                channel.configureBlocking(false);
                if (remote.isPresent() && remote.get() instanceof Endpoint.Inet inet) {
                    channel.connect(Outside.address(inet));
                }
                HostLoop.get().watch(channel, SelectionKey.OP_READ, datagrams);
                return datagrams;
            } catch (IOException e) {
                datagrams.close();
                throw new GuestError(HostErrors.ofConnect(e));
            } catch (UnsupportedAddressTypeException e) {
                // The host has no IPv6.
                datagrams.close();
                throw new GuestError(Errno.ENETUNREACH);
            }
        } catch (IOException e) {
            throw new GuestError(Errno.ENOBUFS);
        }
    }

    /** Sends; a message that the host has no room for now is lost. @return its length, or -errno */
    long send(byte[] bytes, Endpoint.Inet to) {
        if (connected && !to.equals(socket.remote().orElse(to))) {
            return -Errno.EISCONN;
        }
        try {
            if (connected) {
                channel.write(ByteBuffer.wrap(bytes));
            } else {
                peers.put(to, true);
                channel.send(ByteBuffer.wrap(bytes), Outside.address(to));
            }
            return bytes.length;
        } catch (IOException e) {
            return -HostErrors.ofSend(e);
        } catch (UnsupportedAddressTypeException e) {
            return -Errno.ENETUNREACH;
        }
    }

    @Override
    public void ready(SelectionKey key, ByteBuffer buffer) {
        outside.kernel().lock().lock();
        try {
            for (int i = 0; i < TURN && !closed; i++) {
                SocketAddress from = channel.receive(buffer.clear());
                if (from == null) {
                    return;
                }
                arrived(from, buffer.flip());
            }
        } catch (PortUnreachableException e) {
            socket.setError(Errno.ECONNREFUSED);
            socket.touch();
        } catch (IOException e) {
            close();
        } finally {
            outside.kernel().lock().unlock();
        }
    }

    private void arrived(SocketAddress from, ByteBuffer buffer) {
        Endpoint.Inet sender = Outside.endpoint((InetSocketAddress) from);
        if (connected || peers.containsKey(sender)) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            socket.arrived(bytes, sender);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            outside.release(this);
            Outside.close(channel);
        }
    }
}
