/* behaviour: mremap moves, keeps, duplicates and refuses as Linux does
   linkages: static pie */
#include "guest.h"
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#define M(call) do { errno = 0; char *r_ = (char *)(call); printf("%s: %s\n", #call, r_ == MAP_FAILED ? errname(errno) : "mapped"); } while (0)
static char *anon(long n, int prot) { char *p = mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); NEED(p != MAP_FAILED); return p; }
int main(void) {
    long page = 4096; int rw = PROT_READ | PROT_WRITE;
    char *p = anon(8 * page, rw); for (int i = 0; i < 8; i++) p[i * page] = i + 1;
    char *to = anon(16 * page, PROT_NONE);
    V(mremap(p, 4 * page, 4 * page, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to); V(to[3 * page]); M(mremap(p, page, page, 0));
    V(mremap(p + 4 * page, 2 * page, 6 * page, MREMAP_MAYMOVE | MREMAP_FIXED, to + 6 * page) == to + 6 * page); V(to[7 * page]); V(to[11 * page]);
    char *k = mremap(p + 6 * page, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0); V(k != MAP_FAILED && k != p + 6 * page); V(k[page]); V(p[7 * page]); p[7 * page] = 1;
    M(mremap(k, page, 2 * page, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0)); M(mremap(k, 0, page, MREMAP_MAYMOVE)); M(mremap(k, page, 0, MREMAP_MAYMOVE)); M(mremap(k, page, page, MREMAP_FIXED, to)); M(mremap(k, page, page, 99));
    M(mremap(k, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, k + page)); M(mremap(k + 1, page, page, 0)); M(mremap(k, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, to + 1));
    char *two = anon(4 * page, rw); mprotect(two + 2 * page, 2 * page, PROT_READ); two[0] = 5;
    M(mremap(two, 4 * page, 8 * page, MREMAP_MAYMOVE)); V(mremap(two, 2 * page, page, 0) == two); M(mremap(two, page, 2 * page, 0));
    V(mmap(two + page, page, rw, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == two + page); M(mmap(two, page, rw, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    char *low = mmap(0, page, rw, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0); V(low != MAP_FAILED && (unsigned long)low < 1UL << 31);
    M(mmap(0, 2 << 20, rw, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
    unsigned char in[4] = {9, 9, 9, 9}; char *pop = mmap(0, 4 * page, rw, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0); R(mincore(pop, 4 * page, in)); V(in[0] & in[1] & in[2] & in[3] & 1);
    return 0;
}
