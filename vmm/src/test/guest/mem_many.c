/* behaviour: thousands of mappings with different rights stay apart
   linkages: static pie */
#include "guest.h"
int main(void) {
    enum { N = 3000 };
    unsigned *p = mmap(0, N * 4096L, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < N; i++) p[i * 1024L] = i;
    for (int i = 0; i < N; i += 2) NEED(!mprotect(p + i * 1024L, 4096, PROT_READ));
    for (int i = 0; i < N; i += 3) NEED(!munmap(p + i * 1024L, 4096));
    long sum = 0;
    for (int i = 0; i < N; i++) if (i % 3) { sum += p[i * 1024L]; if (i % 2) p[i * 1024L] = 1; }
    V(sum);
    for (int i = 0; i < N; i += 3) NEED(mmap(p + i * 1024L, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
    sum = 0;
    for (int i = 0; i < N; i++) sum += p[i * 1024L];
    V(sum);
    NEED(!mprotect(p, N * 4096L, PROT_READ | PROT_WRITE));
    for (int i = 0; i < N; i++) p[i * 1024L] = 2;
    R(munmap(p, N * 4096L));
    return 0;
}
