/* What a system call and the first touch of a page cost a program; prints "NAME NANOSECONDS" of one, a line a round. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 2000, PAGES = 1024 };

static double nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    for (int i = 0; i < rounds; i++) {
        double start = nanoseconds();
        for (int n = 0; n < CALLS; n++)
            syscall(SYS_getppid);
        printf("call %.1f\n", (nanoseconds() - start) / CALLS);
        volatile char *memory = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        madvise((void *)memory, PAGES * 4096, MADV_NOHUGEPAGE);
        start = nanoseconds();
        for (int n = 0; n < PAGES; n++)
            memory[n * 4096L] = 1;
        printf("page %.1f\n", (nanoseconds() - start) / PAGES);
        munmap((void *)memory, PAGES * 4096);
        start = nanoseconds();
        for (int n = 0; n < CALLS; n++) {
            struct timespec t;
            clock_gettime(CLOCK_REALTIME, &t);
        }
        printf("time %.1f\n", (nanoseconds() - start) / CALLS);
    }
    return 0;
}
