package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;

/** What the guest is told of a host socket's failure. Java's exceptions carry no errno: kind and words stand for it. */
final class HostErrors {
    private HostErrors() {}

    /** Of a connect. */
    static int ofConnect(IOException e) {
        String words = String.valueOf(e.getMessage());
        return switch (e) {
            case NoRouteToHostException _ -> Errno.EHOSTUNREACH;
            case PortUnreachableException _ -> Errno.ECONNREFUSED;
            case ConnectException _ -> words.contains("timed out") ? Errno.ETIMEDOUT : Errno.ECONNREFUSED;
            case SocketException _ when words.contains("unreachable") -> Errno.ENETUNREACH;
            case SocketException _ when words.contains("reset") -> Errno.ECONNRESET;
            // Too many open files, no memory for buffers: the host's own want.
            default -> Errno.ENOBUFS;
        };
    }

    /** Of a message sent. */
    static int ofSend(IOException e) {
        String words = String.valueOf(e.getMessage());
        return switch (e) {
            case PortUnreachableException _ -> Errno.ECONNREFUSED;
            case NoRouteToHostException _ -> Errno.EHOSTUNREACH;
            case SocketException _ when words.contains("unreachable") -> Errno.ENETUNREACH;
            case SocketException _ when words.contains("too long") -> Errno.EMSGSIZE;
            case SocketException _ when words.contains("denied") || words.contains("permitted") -> Errno.EACCES;
            default -> Errno.ENOBUFS;
        };
    }
}
