/* behaviour: anonymous mappings are zero, can be cut, replaced and refused as mmap(2) says
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
int main(void) {
    long page = 4096;
    char *p = mmap(0, 16 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NEED(p != MAP_FAILED);
    long sum = 0;
    for (long i = 0; i < 16 * page; i++) sum += p[i];
    V(sum);
    memset(p, 7, 16 * page);
    R(munmap(p + 4 * page, 2 * page));
    char *q = mmap(p + 4 * page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    V(q == p + 4 * page); V(q[0]); V(q[-1]); V(p[6 * page]);
    q = mmap(p, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    V(q == p); V(p[0]); V(p[2 * page]);
    R(mmap(p, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    V(mmap(p + 5 * page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == p + 5 * page);
    R(mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    R(mmap(p + 1, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    R(mmap(0, page, PROT_READ, MAP_PRIVATE, 77, 0));
    R(mmap(0, page, PROT_READ, MAP_ANONYMOUS, -1, 0));
    R(mmap(0, 1UL << 62, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    R(mmap((void *)0x7ffffffff000, 2 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    put("f", "x");
    int fd = open("f", O_RDONLY);
    R(mmap(0, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    R(mmap(0, page, PROT_READ, MAP_PRIVATE, fd, 1));
    R(munmap(p + 1, page));
    R(munmap(p, 0));
    R(munmap(p, 16 * page));
    R(munmap(p, 16 * page));
    return 0;
}
