package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenFile;

/** Calls about an open regular file that move no data. */
final class FileCalls {
    private FileCalls() {}

    /** Advice is heard and not needed: everything is in memory. */
    static int advise(Call call) {
        call.descriptors().file(call.u32(0), Rights.FD_ADVISE, Errno.SPIPE);
        long from = call.offset(1);
        long length = call.offset(2);
        return call.u32(3) > Abi.ADVICE_LAST || from + length < 0 ? Errno.INVAL : Errno.SUCCESS;
    }

    static int allocate(Call call) {
        OpenFile file = call.descriptors().file(call.u32(0), Rights.FD_ALLOCATE, Errno.SPIPE);
        long from = call.offset(1);
        long length = call.offset(2);
        if (length == 0) {
            return Errno.INVAL;
        }
        call.files().changeContent(file.inode).allocate(from, length, call.files().quota);
        return Errno.SUCCESS;
    }

    static int setSize(Call call) {
        OpenFile file = call.descriptors().file(call.u32(0), Rights.FD_FILESTAT_SET_SIZE, Errno.INVAL);
        call.files().changeContent(file.inode).resize(call.offset(1), call.files().quota);
        return Errno.SUCCESS;
    }

    static int seek(Call call) {
        long by = call.i64(1);
        int whence = (int) Math.min(call.u32(2), Abi.WHENCE_END + 1);
        // asking where one is takes no more right than to tell
        boolean asks = whence == Abi.WHENCE_CUR && by == 0;
        OpenFile file = call.descriptors().file(call.u32(0), 0, Errno.SPIPE);
        if (!asks || (file.rights & Rights.FD_TELL) == 0) {
            file.require(Rights.FD_SEEK);
        }
        long from = switch (whence) {
            case Abi.WHENCE_SET -> 0;
            case Abi.WHENCE_CUR -> file.position;
            case Abi.WHENCE_END -> call.files().file(file.inode).size();
            default -> throw new WasiError(Errno.INVAL);
        };
        long to = from + by;
        if (to < 0) {
            // both are an argument that cannot be; the second is a sum beyond 2^63
            return by < 0 ? Errno.INVAL : Errno.OVERFLOW;
        }
        call.guest().putI64(call.u32(3), to);
        file.position = to;
        return Errno.SUCCESS;
    }

    static int tell(Call call) {
        OpenFile file = call.descriptors().file(call.u32(0), Rights.FD_TELL, Errno.SPIPE);
        call.guest().putI64(call.u32(1), file.position);
        return Errno.SUCCESS;
    }
}
