/* Goes on for ever in the way that standard input names: what a deadline has to stop. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

#define LARGE (24 << 20)

static volatile unsigned sink;

__attribute__((noinline)) static unsigned down(unsigned depth) {
    return depth == 0 ? sink : down(depth - 1) + 1;
}

__attribute__((noinline)) static unsigned chosen(unsigned state) {
    switch (state & 7) {
    case 0: return state * 3 + 1;
    case 1: return state ^ 0x55;
    case 2: return state + sink;
    case 3: return state >> 1;
    case 4: return state * 7;
    case 5: return state - 11;
    case 6: return ~state;
    default: return state + 13;
    }
}

static char *large(void) {
    char *bytes = malloc(LARGE);
    if (!bytes) {
        exit(1);
    }
    return bytes;
}

int main(void) {
    char kind[32] = "";
    if (!fgets(kind, sizeof kind, stdin)) {
        return 1;
    }
    if (!strcmp(kind, "branch")) {
        for (;;) {
            sink++;
        }
    } else if (!strcmp(kind, "call")) {
        for (;;) {
            sink += down(500);
        }
    } else if (!strcmp(kind, "table")) {
        for (unsigned state = 1;;) {
            state = chosen(state);
            sink = state;
        }
    } else if (!strcmp(kind, "fill")) {
        for (char *bytes = large();;) {
            __builtin_memset(bytes, (int) sink, LARGE);
        }
    } else if (!strcmp(kind, "copy")) {
        for (char *bytes = large();;) {
            __builtin_memmove(bytes + 1, bytes, LARGE - 1);
            sink += (unsigned) bytes[LARGE - 1];
        }
    } else if (!strcmp(kind, "clock")) {
        for (struct timespec now;;) {
            clock_gettime(CLOCK_MONOTONIC, &now);
        }
    } else if (!strcmp(kind, "sleep")) {
        for (struct timespec hour = {3600, 0};;) {
            nanosleep(&hour, 0);
        }
    } else if (!strcmp(kind, "naps")) {
        for (struct timespec nap = {0, 1000};;) {
            nanosleep(&nap, 0);
        }
    } else if (!strcmp(kind, "random")) {
        for (char *bytes = large();;) {
            if (__wasi_random_get((uint8_t *) bytes, LARGE)) {
                return 1;
            }
        }
    } else if (!strcmp(kind, "write")) {
        for (char *bytes = large();;) {
            if (write(2, bytes, LARGE) < 0) {
                return 1;
            }
        }
    }
    return 1;
}
