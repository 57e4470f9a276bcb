package dev.thaw.wasm.wasi;

/** What an instance's writable files may take, and take. */
final class Quota {
    private final WasiLimits limits;
    private long bytes;
    private int names;

    Quota(WasiLimits limits, long bytes, int names) {
        this.limits = limits;
        this.bytes = bytes;
        this.names = names;
    }

    void take(long more) {
        if (more > limits.writableBytes() - bytes) {
            throw new WasiError(Errno.NOSPC);
        }
        bytes += more;
    }

    void giveBack(long less) {
        bytes -= less;
    }

    void takeName() {
        if (names >= limits.files()) {
            throw new WasiError(Errno.NOSPC);
        }
        names++;
    }

    void giveBackName() {
        names--;
    }

    /** The size that no file may pass. */
    long largestFile() {
        return limits.writableBytes();
    }

    long bytes() {
        return bytes;
    }

    int names() {
        return names;
    }
}
