/*
 * A module that does what its event's first word says; behaves.wasm is made from it by
 *   clang --target=wasm32 -Os -nostdlib -Wl,--no-entry -Wl,--export=_start -Wl,-z,stack-size=65536 -o behaves.wasm behaves.c
 * and checked in, so that tests need no toolchain.
 */
typedef unsigned int u32;
typedef unsigned long long u64;
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

typedef struct { void *at; u32 length; } buffer;
WASI(fd_read) u32 fd_read(u32 fd, const buffer *into, u32 count, u32 *done);
WASI(fd_write) u32 fd_write(u32 fd, const buffer *from, u32 count, u32 *done);
WASI(proc_exit) _Noreturn void proc_exit(u32 code);
WASI(args_sizes_get) u32 args_sizes_get(u32 *count, u32 *bytes);
WASI(args_get) u32 args_get(char **pointers, char *bytes);
WASI(environ_sizes_get) u32 environ_sizes_get(u32 *count, u32 *bytes);
WASI(environ_get) u32 environ_get(char **pointers, char *bytes);
WASI(random_get) u32 random_get(void *into, u32 length);
WASI(clock_time_get) u32 clock_time_get(u32 id, u64 precision, u64 *time);
WASI(poll_oneoff) u32 poll_oneoff(const void *subscriptions, void *events, u32 count, u32 *done);
WASI(path_open) u32 path_open(u32 fd, u32 lookup, const char *path, u32 length, u32 how, u64 rights, u64 inherited, u32 flags, u32 *opened);
WASI(fd_prestat_get) u32 fd_prestat_get(u32 fd, void *prestat);
WASI(fd_close) u32 fd_close(u32 fd);

static char event[1 << 16];
static u32 length;
static int requests_seen;
static volatile u32 sink;

static u32 size_of(const char *text) {
    u32 n = 0;
    while (text[n]) n++;
    return n;
}

static void put(u32 fd, const char *text, u32 size) {
    buffer from = {(void *) text, size};
    u32 done;
    fd_write(fd, &from, 1, &done);
}

static void say(const char *text) { put(1, text, size_of(text)); }

static void number(u64 n) {
    char digits[21];
    int at = 20;
    digits[20] = 0;
    do digits[--at] = (char) ('0' + n % 10); while (n /= 10);
    say(digits + at);
}

static int is(const char *word) {
    u32 n = size_of(word);
    for (u32 i = 0; i < n; i++)
        if (event[1 + i] != word[i]) return 0;
    return 1;
}

__attribute__((noinline)) static u32 deep(u32 n) {
    volatile char frame[64];
    if (n == ~0u) return 0;
    frame[n % 64] = (char) n;
    return deep(n + 1) + (u32) frame[n % 32];
}

static void sleep_for(u64 nanos) {
    static struct { u64 user_data; u32 type, padding; u32 clock, padding2; u64 timeout, precision; u32 flags, padding3; } subscription;
    static u64 event_of_it[4];
    u32 count;
    subscription.clock = 1;
    subscription.timeout = nanos;
    poll_oneoff(&subscription, event_of_it, 1, &count);
}

static void lines(u32 (*sizes)(u32 *, u32 *), u32 (*get)(char **, char *)) {
    static char *pointers[128];
    static char bytes[8192];
    u32 count, size;
    sizes(&count, &size);
    if (count > 128 || size > sizeof bytes) __builtin_trap();
    get(pointers, bytes);
    for (u32 i = 0; i < count; i++) {
        if (i) say(" ");
        say(pointers[i]);
    }
}

/* What of the host's can be had: descriptors that are open, clocks that there are, and files, tried from each descriptor. */
static void probe(void) {
    static const char *const paths[] = {"m.wasm", "/m.wasm", "/etc/passwd", "etc/passwd", "../etc/passwd", "../../../../../../../../etc/passwd",
        "tmp/../../../../../../etc/passwd", "/proc/self/environ", "proc/self/environ", "proc/self/cwd", "proc/1/root/etc/passwd", "dev/null",
        "sys/kernel", "var/lib", "root", "home", "passwd", "up", "host", "host/etc/passwd", "host/m.wasm", "function.yaml"};
    const char *between = "";
    u64 now, prestat;
    say("{\"descriptors\": [");
    for (u32 fd = 0; fd < 4096; fd++) {
        u32 unused;
        buffer nothing = {event, 0};
        if (fd_prestat_get(fd, &prestat) && fd_read(fd, &nothing, 1, &unused) == 8 /* EBADF */ && fd_write(fd, &nothing, 1, &unused) == 8) continue;
        say(between), number(fd), between = ", ";
    }
    say("], \"clocks\": [");
    between = "";
    for (u32 clock = 0; clock < 4096; clock++)
        if (!clock_time_get(clock, 1, &now)) say(between), number(clock), between = ", ";
    say("], \"files\": [");
    between = "";
    for (u32 fd = 0; fd < 64; fd++)
        for (u32 i = 0; i < sizeof paths / sizeof *paths; i++) {
            u32 opened;
            if (path_open(fd, 1, paths[i], size_of(paths[i]), 0, 2 /* read */, 0, 0, &opened)) continue;
            fd_close(opened);
            say(between), say("\""), number(fd), say(" "), say(paths[i]), say("\""), between = ", ";
        }
    say("]}");
}

/* The event is a JSON string: "echo ...". */
void _start(void) {
    for (u32 done = 1; done && length < sizeof event; length += done) {
        buffer into = {event + length, sizeof event - length};
        if (fd_read(0, &into, 1, &done)) proc_exit(9);
    }
    requests_seen++;
    if (is("trap")) __builtin_trap();
    if (is("outside")) sink = *(volatile u32 *) 0xfffffff0u;
    if (is("exit")) proc_exit(3);
    if (is("loop")) for (;;) sink++;
    if (is("nap")) for (;;) sleep_for(3600 * 1000000000ull);
    if (is("doze")) sleep_for(2 * 1000000000ull);
    if (is("draw")) for (;;) random_get(event, sizeof event);
    if (is("deep")) sink = deep(0);
    if (is("grow")) {
        while (__builtin_wasm_memory_grow(0, 16) != (unsigned long) -1)
            for (u32 i = 0; i < 16 * 65536; i += 4096) ((volatile char *) (__builtin_wasm_memory_size(0) * 65536ul - 16 * 65536ul))[i] = 1;
        say("{\"pages\": ");
        number(__builtin_wasm_memory_size(0));
        say("}");
        return;
    }
    if (is("flood")) for (;;) put(1, event, sizeof event);
    if (is("shout")) for (;;) put(2, event, sizeof event);
    if (is("say")) {
        put(2, "to the log\n", 11);
        put(2, "without end", 11);
    }
    if (is("probe")) {
        probe();
        return;
    }
    if (is("args")) {
        say("\"");
        lines(args_sizes_get, args_get);
        say("\"");
        return;
    }
    if (is("env")) {
        say("\"");
        lines(environ_sizes_get, environ_get);
        say("\"");
        return;
    }
    if (is("random")) {
        u64 random;
        random_get(&random, sizeof random);
        number(random);
        return;
    }
    if (is("clock")) {
        u64 now;
        clock_time_get(0, 1, &now);
        number(now / 1000000000);
        return;
    }
    if (is("http")) {
        say("{\"statusCode\": 201, \"headers\": {\"Content-Type\": \"text/plain\"}, \"body\": \"made of wasm\"}");
        return;
    }
    say("{\"requests_seen\": ");
    number((u64) requests_seen);
    say(", \"event\": ");
    put(1, event, length);
    say("}");
}
