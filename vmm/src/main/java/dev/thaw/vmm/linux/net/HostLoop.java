package dev.thaw.vmm.linux.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Watches the host's sockets of all VMs on one thread of its own for the whole process, which begins with the first of them. A
 * watcher is told on that thread, takes its VM's lock for as long as a piece of data takes, and never waits.
 */
final class HostLoop {
    /** Bytes read at a time: a turn is short, so that one VM's traffic does not hold up another's. */
    private static final int PIECE = 64 << 10;
    private static final System.Logger LOG = System.getLogger(HostLoop.class.getName());

    /** Is told that its channel is ready. */
    interface Watcher {
        /** @param buffer the thread's own, direct, empty, for the time of the call */
        void ready(SelectionKey key, ByteBuffer buffer);
    }

    private static final class Holder {
        static final HostLoop PROCESS = new HostLoop();
    }

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
    private final Thread thread;

    private HostLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("the host's sockets cannot be watched", e);
        }
        thread = Thread.ofPlatform().daemon().name("thaw-net").start(this::run);
    }

    /** The process's one. */
    static HostLoop get() {
        return Holder.PROCESS;
    }

    /** Begins to watch a non-blocking channel, which its owner closes. */
    SelectionKey watch(SelectableChannel channel, int operations, Watcher watcher) throws ClosedChannelException {
        SelectionKey key = channel.register(selector, operations, watcher);
        wake();
        return key;
    }

    /** Watches for other operations from now on. */
    void change(SelectionKey key, int operations) {
        if (key.isValid() && key.interestOps() != operations) {
            key.interestOps(operations);
            wake();
        }
    }

    /** A channel was closed: lets the host's socket go at once, which is else kept until the next event. */
    void wake() {
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void run() {
        while (true) {
            try {
                selector.select(this::tell);
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "watching the host's sockets failed", e);
            }
        }
    }

    private void tell(SelectionKey key) {
        try {
            ((Watcher) key.attachment()).ready(key, buffer.clear());
        } catch (CancelledKeyException e) {
            // Its owner closed it meanwhile.
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a host's socket is given up", e);
            key.cancel();
        }
    }
}
