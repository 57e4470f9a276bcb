package dev.thaw.wasm;

/**
 * Makes sure that a host function has stack left before it begins: a {@link StackOverflowError} must strike in the module's code,
 * which is given up, and not in the middle of a change to a structure of the host.
 */
final class StackReserve {
    /** Frames of at least 160 bytes (16 parameters of 8 bytes, return address, frame pointer): 40 KiB and more. */
    private static final int FRAMES = 256;

    private StackReserve() {
    }

    /** @throws StackOverflowError when too little is left */
    static void check() {
        descend(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    private static long descend(int left, long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k,
            long l, long m, long n, long o) {
        if (left == 0) {
            return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o;
        }
        return descend(left - 1, b, c, d, e, f, g, h, i, j, k, l, m, n, o, a) + left;
    }
}
