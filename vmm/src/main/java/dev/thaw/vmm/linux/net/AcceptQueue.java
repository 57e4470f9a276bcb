package dev.thaw.vmm.linux.net;

import java.util.ArrayDeque;

/**
 * A listening socket's connections that were not accepted yet: {@code ready} ones, at most the backlog and one, as Linux has it,
 * and non-blocking connects that wait for a place.
 */
final class AcceptQueue {
    private final ArrayDeque<StreamSocket> ready = new ArrayDeque<>();
    private final ArrayDeque<StreamSocket> waiting = new ArrayDeque<>();
    private int backlog;

    void setBacklog(int wanted) {
        backlog = wanted < 0 || wanted > SocketConstants.MAX_BACKLOG ? SocketConstants.MAX_BACKLOG : wanted;
    }

    int backlog() {
        return backlog;
    }

    boolean full() {
        return ready.size() > backlog;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    ArrayDeque<StreamSocket> ready() {
        return ready;
    }

    ArrayDeque<StreamSocket> waiting() {
        return waiting;
    }
}
