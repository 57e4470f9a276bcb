package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.mm.UserBuffer;

/** A host service's end of a guest's connection. What the guest sends goes straight to the service. */
final class ServiceEnd implements FarEnd, ServiceConnection {
    /** Bytes handed to the service at a time. */
    private static final int PIECE = 1 << 20;

    private final Kernel kernel;
    private final GuestService service;
    private final int id;
    private final Connection guest;
    private boolean open = true;

    ServiceEnd(Kernel kernel, GuestService service, int id, Connection guest) {
        this.kernel = kernel;
        this.service = service;
        this.id = id;
        this.guest = guest;
    }

    @Override
    public int id() {
        return id;
    }

    int port() {
        return service.port();
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
                service.received(this, bytes);
            }
        }
        return from.moved();
    }

    @Override
    public boolean takes() {
        return true;
    }

    /** A half-closed connection is still one to the service: it answers, then closes. */
    @Override
    public void ended() {}

    @Override
    public void drained() {}

    @Override
    public void gone(boolean abruptly) {
        if (open) {
            open = false;
            service.closed(this);
        }
    }
}
