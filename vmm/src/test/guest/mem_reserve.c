/* behaviour: a terabyte may be reserved, and only what is touched counts
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    unsigned long size = 1UL << 40;
    char *p = mmap(0, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    NEED(p != MAP_FAILED);
    for (unsigned long at = 0; at < size; at += size / 16) {
        NEED(!mprotect(p + at, 65536, PROT_READ | PROT_WRITE));
        p[at + 4096] = 1;
        NEED(p[at + 8192] == 0);
    }
    char *q = mmap(p + (1UL << 30), 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    V(q == p + (1UL << 30));
    memset(q, 3, 1 << 20);
    V(q[77777]);
    char *sparse = mmap(0, 1UL << 36, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    NEED(sparse != MAP_FAILED);
    long sum = 0;
    for (unsigned long at = 0; at < 1UL << 36; at += 1UL << 30) { sparse[at] = 1; sum += sparse[at] + sparse[at + 4096]; }
    V(sum);
    R(munmap(sparse, 1UL << 36));
    R(munmap(p, size));
    return 0;
}
