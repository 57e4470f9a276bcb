package dev.thaw.wasm.wasi;

/** Sockets: there are none, so a descriptor given as one never is. */
final class SocketCalls {
    private SocketCalls() {}

    static int refuse(Call call) {
        call.descriptors().get(call.u32(0));
        return Errno.NOTSOCK;
    }
}
