package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import java.util.Optional;

/**
 * What a receive brought.
 *
 * @param result bytes, or -errno
 * @param from the sender of a message, where it has a name
 * @param flags MSG_TRUNC and the like, for recvmsg's msg_flags
 */
record Received(long result, Optional<Endpoint> from, int flags) {
    static Received of(long result) {
        return new Received(result, Optional.empty(), 0);
    }

    boolean wouldBlock() {
        return result == -Errno.EAGAIN;
    }
}
