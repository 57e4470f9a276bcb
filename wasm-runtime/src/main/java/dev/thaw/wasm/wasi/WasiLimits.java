package dev.thaw.wasm.wasi;

/**
 * What one instance may hold in the host.
 *
 * @param descriptors   open descriptors at a time, standard streams and preopened directory included; 4 to 65,536
 * @param files         names in the writable part of the file system; 1 to 1,000,000
 * @param writableBytes bytes of files there, counted in blocks of 4 KiB; 0 to 2 GiB
 * @param outputBytes   bytes on standard output, of a response; 0 to 1 GiB
 */
public record WasiLimits(int descriptors, int files, long writableBytes, int outputBytes) {
    /** 1,024 descriptors, 8,192 files, 64 MiB of files, 6 MiB of response (as AWS Lambda has). */
    public static final WasiLimits DEFAULT = new WasiLimits(1024, 8192, 64L << 20, 6 << 20);

    public WasiLimits {
        check("descriptors", descriptors, 4, 1 << 16);
        check("files", files, 1, 1_000_000);
        check("writableBytes", writableBytes, 0, 2L << 30);
        check("outputBytes", outputBytes, 0, 1 << 30);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
