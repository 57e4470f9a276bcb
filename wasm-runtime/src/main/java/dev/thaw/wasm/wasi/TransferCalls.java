package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Descriptor.OpenFile;
import dev.thaw.wasm.wasi.Descriptor.Stream;

/**
 * Reading and writing. Every buffer and the place of the result are checked before a byte is moved, so that a call that fails has
 * moved none; what files hold passes through a scratch buffer, with a look at the deadline for each part.
 */
final class TransferCalls {
    /** Takes up to {@code length} bytes into, or from, the array at {@code offset}; tells how many. Fewer ends the transfer. */
    private interface Mover {
        int move(byte[] array, int offset, int length);
    }

    private TransferCalls() {}

    static int read(Call call) {
        long[] buffers = buffers(call, 3);
        switch (call.descriptors().get(call.u32(0), 0)) {
            case OpenDirectory _ -> throw new WasiError(Errno.ISDIR);
            case OpenFile file -> {
                file.require(Rights.FD_READ);
                file.position += toGuest(call, buffers, 3, reader(call, file, file.position));
            }
            case Stream stream -> {
                stream.require(Rights.FD_READ);
                long total = 0;
                for (int i = 0; i < buffers.length; i += 2) {
                    total += call.process().readInput(call.guest(), buffers[i], buffers[i + 1]);
                }
                told(call, 3, total);
            }
        }
        return Errno.SUCCESS;
    }

    static int pread(Call call) {
        long[] buffers = buffers(call, 4);
        OpenFile file = call.descriptors().file(call.u32(0), Rights.FD_READ, Errno.SPIPE);
        file.require(Rights.FD_SEEK);
        toGuest(call, buffers, 4, reader(call, file, call.offset(3)));
        return Errno.SUCCESS;
    }

    static int write(Call call) {
        long[] buffers = buffers(call, 3);
        switch (call.descriptors().get(call.u32(0), 0)) {
            case OpenDirectory _ -> throw new WasiError(Errno.ISDIR);
            case OpenFile file -> {
                file.require(Rights.FD_WRITE);
                boolean append = (file.flags & Abi.FDFLAG_APPEND) != 0;
                long from = append ? call.files().file(file.inode).size() : file.position;
                file.position = from + fromGuest(call, buffers, 3, writer(call, file, from));
            }
            case Stream stream -> {
                stream.require(Rights.FD_WRITE);
                long total = 0;
                for (int i = 0; i < buffers.length; i += 2) {
                    call.process().write(stream.kind, call.guest(), buffers[i], buffers[i + 1]);
                    total += buffers[i + 1];
                }
                told(call, 3, total);
            }
        }
        return Errno.SUCCESS;
    }

    /** On a file opened to append it appends, as on Linux. */
    static int pwrite(Call call) {
        long[] buffers = buffers(call, 4);
        OpenFile file = call.descriptors().file(call.u32(0), Rights.FD_WRITE, Errno.SPIPE);
        file.require(Rights.FD_SEEK);
        boolean append = (file.flags & Abi.FDFLAG_APPEND) != 0;
        long from = append ? call.files().file(file.inode).size() : call.offset(3);
        fromGuest(call, buffers, 4, writer(call, file, from));
        return Errno.SUCCESS;
    }

    private static long[] buffers(Call call, int result) {
        call.guest().check(call.u32(result), 4);
        return call.guest().vectors(call.u32(1), call.u32(2));
    }

    private static Mover reader(Call call, OpenFile file, long from) {
        Content content = call.files().file(file.inode).content;
        return new Mover() {
            private long at = from;

            @Override
            public int move(byte[] array, int offset, int length) {
                int got = content.read(at, array, offset, length);
                at += got;
                return got;
            }
        };
    }

    private static Mover writer(Call call, OpenFile file, long from) {
        WrittenContent content = call.files().changeContent(file.inode);
        return new Mover() {
            private long at = from;

            @Override
            public int move(byte[] array, int offset, int length) {
                int done;
                try {
                    done = content.write(at, array, offset, length, call.files().quota);
                } catch (WasiError full) {
                    if (at == from) {
                        throw full;
                    }
                    return 0;
                }
                at += done;
                return done;
            }
        };
    }

    private static long toGuest(Call call, long[] buffers, int result, Mover source) {
        byte[] scratch = call.process().scratch();
        long total = 0;
        for (int i = 0; i < buffers.length; i += 2) {
            for (long done = 0; done < buffers[i + 1]; ) {
                int want = (int) Math.min(scratch.length, buffers[i + 1] - done);
                int got = source.move(scratch, 0, want);
                call.guest().put(buffers[i] + done, scratch, 0, got);
                done += got;
                total += got;
                if (got < want) {
                    return told(call, result, total);
                }
                call.process().checkDeadline();
            }
        }
        return told(call, result, total);
    }

    private static long fromGuest(Call call, long[] buffers, int result, Mover sink) {
        byte[] scratch = call.process().scratch();
        long total = 0;
        for (int i = 0; i < buffers.length; i += 2) {
            for (long done = 0; done < buffers[i + 1]; ) {
                int want = (int) Math.min(scratch.length, buffers[i + 1] - done);
                call.guest().read(buffers[i] + done, scratch, 0, want);
                int taken = sink.move(scratch, 0, want);
                done += taken;
                total += taken;
                if (taken < want) {
                    return told(call, result, total);
                }
                call.process().checkDeadline();
            }
        }
        return told(call, result, total);
    }

    /** The count is 32 bits: buffers that overlap could make it more, and then what was moved is still no more than the quota. */
    private static long told(Call call, int result, long total) {
        call.guest().putU32(call.u32(result), total);
        return total;
    }
}
