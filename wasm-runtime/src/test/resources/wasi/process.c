#include "suite.h"
#include <sched.h>
#include <sys/random.h>
#include <time.h>

extern char **environ;

static void given(int argc, char **argv) {
    TRUE(argc == 4 && strcmp(argv[1], "first") == 0 && strcmp(argv[2], "the \"second\" arg") == 0 && strcmp(argv[3], "3") == 0);
    TRUE(strcmp(getenv("a"), "text") == 0 && strcmp(getenv("b"), "escap \" ing") == 0 && strcmp(getenv("c"), "new\nline") == 0);
    int count = 0;
    while (environ[count]) count++;
    TRUE(count == 3);
}

static void clocks(void) {
    __wasi_timestamp_t resolution, monotonic, later, realtime, processor;
    for (int id = 0; id < 4; id++) {
        OK(__wasi_clock_res_get(id, &resolution));
        TRUE(resolution > 0);
    }
    IS(__WASI_ERRNO_INVAL, __wasi_clock_res_get(100, &resolution));
    IS(__WASI_ERRNO_INVAL, __wasi_clock_time_get(100, 0, &later));
    OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &monotonic));
    OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &later));
    OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 0, &realtime));
    OK(__wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 0, &processor));
    TRUE(later >= monotonic && realtime > 1700000000000000000ULL);
    /* the host has been up for longer than this program */
    TRUE(later < 60000000000ULL);
    struct timespec t;
    TRUE(clock_gettime(CLOCK_REALTIME, &t) == 0 && clock_getres(CLOCK_MONOTONIC, &t) == 0 && t.tv_sec == 0);
}

static void random_bytes(void) {
    static uint8_t b[1 << 20];
    OK(__wasi_random_get(b, 0));
    TRUE(b[0] == 0);
    OK(__wasi_random_get(b, sizeof b));
    int seen[256] = {0}, kinds = 0;
    for (size_t i = 0; i < sizeof b; i++) kinds += !seen[b[i]]++;
    TRUE(kinds == 256);
    TRUE(getentropy(b, 256) == 0);
}

static void polls(void) {
    __wasi_subscription_t in[3];
    __wasi_event_t out[3];
    size_t n;
    memset(in, 0, sizeof in);
    in[0].userdata = 10;
    in[0].u.tag = __WASI_EVENTTYPE_CLOCK;
    in[0].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
    in[0].u.u.clock.timeout = 200000000;
    in[1].userdata = 11;
    in[1].u.tag = __WASI_EVENTTYPE_FD_READ;
    in[1].u.u.fd_read.file_descriptor = 0;
    in[2].userdata = 12;
    in[2].u.tag = __WASI_EVENTTYPE_FD_WRITE;
    in[2].u.u.fd_write.file_descriptor = 1;
    OK(__wasi_poll_oneoff(in, out, 3, &n));
    TRUE(n == 2 && out[0].userdata == 11 && out[1].userdata == 12 && !out[0].error && !out[1].error);
    TRUE(out[0].type == __WASI_EVENTTYPE_FD_READ && out[0].fd_readwrite.nbytes == 5 && out[1].type == __WASI_EVENTTYPE_FD_WRITE);
    IS(__WASI_ERRNO_INVAL, __wasi_poll_oneoff(in, out, 0, &n));
    in[0].u.u.clock.timeout = 1000000;
    OK(__wasi_poll_oneoff(in, out, 1, &n));
    TRUE(n == 1 && out[0].userdata == 10 && out[0].type == __WASI_EVENTTYPE_CLOCK && !out[0].error);
    OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 0, &in[0].u.u.clock.timeout));
    in[0].u.u.clock.id = __WASI_CLOCKID_REALTIME;
    in[0].u.u.clock.flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME;
    OK(__wasi_poll_oneoff(in, out, 1, &n));
    TRUE(n == 1 && !out[0].error);
    in[0].u.u.clock.id = 50;
    OK(__wasi_poll_oneoff(in, out, 1, &n));
    TRUE(n == 1 && out[0].error == __WASI_ERRNO_INVAL);
}

int main(int argc, char **argv) {
    given(argc, argv);
    clocks();
    random_bytes();
    polls();
    TRUE(sched_yield() == 0);
    char event[16] = "";
    TRUE(fread(event, 1, sizeof event, stdin) == 5 && strcmp(event, "event") == 0);
    __wasi_proc_exit(33);
}
