/* behaviour: mremap grows, shrinks and moves a mapping with its content
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    long page = 4096;
    char *p = mmap(0, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 4; i++) p[i * page] = 'a' + i;
    char *q = mremap(p, 4 * page, 64 * page, MREMAP_MAYMOVE);
    NEED(q != MAP_FAILED);
    printf("%c%c%c%c %d\n", q[0], q[page], q[2 * page], q[3 * page], q[63 * page]);
    q[63 * page] = 'z';
    char *r = mmap(0, 128 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *s = mremap(q, 64 * page, 64 * page, MREMAP_MAYMOVE | MREMAP_FIXED, r);
    V(s == r);
    printf("%c%c%c\n", s[0], s[page], s[63 * page]);
    R(mremap(q, 64 * page, 64 * page, MREMAP_MAYMOVE));
    V(mremap(s, 64 * page, 2 * page, 0) == s);
    R(mprotect(s + 2 * page, page, PROT_READ));
    R(mremap(s, 2 * page, 0, 0));
    R(mremap(s + 1, page, page, 0));
    R(mremap(s, 2 * page, page, 64));
    R(mremap(s, page, page, MREMAP_FIXED, r));
    /* many times, as realloc of a large block does */
    long size = 8 * page;
    unsigned *big = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int round = 0; round < 12; round++) {
        for (long i = 0; i < size / 4; i += 512) big[i] = round * 1000003u + i;
        long to = size * 3 / 2 / page * page;
        unsigned *moved = mremap(big, size, to, MREMAP_MAYMOVE);
        NEED(moved != MAP_FAILED);
        for (long i = 0; i < size / 4; i += 512) NEED(moved[i] == round * 1000003u + i);
        for (long i = size / 4; i < to / 4; i += 512) NEED(moved[i] == 0);
        big = moved; size = to;
    }
    V(size);
    return 0;
}
