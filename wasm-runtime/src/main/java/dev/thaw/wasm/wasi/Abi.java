package dev.thaw.wasm.wasi;

/** Constants of WASI preview 1's types; values from its witx definition, as in wasi-libc's {@code wasi/api.h}. */
final class Abi {
    static final int CLOCK_REALTIME = 0;
    static final int CLOCK_MONOTONIC = 1;
    static final int CLOCK_PROCESS_CPUTIME = 2;
    static final int CLOCK_THREAD_CPUTIME = 3;

    static final int TYPE_UNKNOWN = 0;
    static final int TYPE_DIRECTORY = 3;
    static final int TYPE_REGULAR_FILE = 4;
    static final int TYPE_SYMBOLIC_LINK = 7;

    static final int FDFLAG_APPEND = 1;
    static final int FDFLAG_NONBLOCK = 4;
    /** append, dsync, nonblock, rsync, sync. */
    static final int FDFLAGS = 0x1f;

    static final int OPEN_CREATE = 1;
    static final int OPEN_DIRECTORY = 2;
    static final int OPEN_EXCLUSIVE = 4;
    static final int OPEN_TRUNCATE = 8;
    static final int OPEN_FLAGS = 0xf;

    static final int LOOKUP_FOLLOW = 1;

    static final int TIME_ATIM = 1;
    static final int TIME_ATIM_NOW = 2;
    static final int TIME_MTIM = 4;
    static final int TIME_MTIM_NOW = 8;
    static final int TIME_FLAGS = 0xf;

    static final int WHENCE_SET = 0;
    static final int WHENCE_CUR = 1;
    static final int WHENCE_END = 2;

    static final int EVENT_CLOCK = 0;
    static final int EVENT_FD_READ = 1;
    static final int EVENT_FD_WRITE = 2;
    static final int SUBSCRIPTION_CLOCK_ABSTIME = 1;
    static final int EVENT_HANGUP = 1;

    /** The last of the six {@code advice} values. */
    static final int ADVICE_LAST = 5;

    private Abi() {}
}
