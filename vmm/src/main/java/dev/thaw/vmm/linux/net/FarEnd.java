package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.mm.UserBuffer;

/** The other side of a connected stream, as a socket sees it. */
sealed interface FarEnd permits Connection, ServiceEnd, HostStream {
    /** Takes what there is room for; bytes, or -EAGAIN, -EPIPE, -EMSGSIZE. */
    long take(UserBuffer from);

    /** Whether {@link #take} has room worth waking a writer for. */
    boolean takes();

    /** This side sends no more. */
    void ended();

    /** This side read so much that the other may send again. */
    void drained();

    /** This side is closed. @param abruptly something unread is lost: a reset */
    void gone(boolean abruptly);
}
