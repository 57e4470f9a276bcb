package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.mm.UserBuffer;

/** The host's end of a guest's connection. What the guest sends goes straight to the service, or to who connected from the host. */
final class ServiceEnd implements FarEnd, ServiceConnection {
    /** Bytes handed to the service at a time. */
    private static final int PIECE = 1 << 20;
    /** In place of a service's port: the host made this connection, and it does not outlive a freeze. */
    static final int FROM_HOST = 0;

    private final Kernel kernel;
    private final HostPeer peer;
    private final int port;
    private final int id;
    private final Connection guest;
    private boolean open = true;

    /** @param port the service's, or {@link #FROM_HOST} */
    ServiceEnd(Kernel kernel, HostPeer peer, int port, int id, Connection guest) {
        this.kernel = kernel;
        this.peer = peer;
        this.port = port;
        this.id = id;
        this.guest = guest;
    }

    @Override
    public int id() {
        return id;
    }

    int port() {
        return port;
    }

    @Override
    public void send(byte[] bytes) {
        kernel.lock().lock();
        try {
            if (open) {
                guest.takeFromHost(bytes);
            }
        } finally {
            kernel.lock().unlock();
        }
    }

    @Override
    public void close() {
        kernel.lock().lock();
        try {
            if (open) {
                open = false;
                guest.gone(false);
            }
        } finally {
            kernel.lock().unlock();
        }
    }

    @Override
    public long take(UserBuffer from) {
        while (from.remaining() > 0 && open) {
            byte[] bytes = from.getAll(PIECE);
            if (bytes.length > 0) {
                peer.received(this, bytes);
            }
        }
        return from.moved();
    }

    @Override
    public boolean takes() {
        return true;
    }

    @Override
    public void ended() {
        if (open) {
            peer.ended(this);
        }
    }

    @Override
    public void drained() {}

    @Override
    public void gone(boolean abruptly) {
        if (open) {
            open = false;
            peer.closed(this);
        }
    }
}
