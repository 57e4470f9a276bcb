/* behaviour: MADV_DONTNEED empties anonymous pages and re-reads file pages; advice is checked
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    long page = 4096;
    char *p = mmap(0, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(p, 9, 8 * page);
    R(madvise(p + page, 2 * page, MADV_DONTNEED));
    V(p[0]); V(p[page]); V(p[3 * page - 1]); V(p[3 * page]);
    p[page] = 4; V(p[page]);
    R(madvise(p, 8 * page, MADV_WILLNEED));
    R(madvise(p, 8 * page, MADV_SEQUENTIAL));
    R(madvise(p, 8 * page, MADV_RANDOM));
    R(madvise(p, 8 * page, MADV_NORMAL));
    R(madvise(p, 0, MADV_DONTNEED));
    R(madvise(p + 1, page, MADV_DONTNEED));
    R(madvise(p, page, 99));
    put("f", "file content");
    int fd = open("f", O_RDWR);
    char *f = mmap(0, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    f[0] = 'F';
    printf("%.12s\n", f);
    R(madvise(f, page, MADV_DONTNEED));
    printf("%.12s\n", f);
    R(munmap(p + 4 * page, page));
    R(madvise(p, 8 * page, MADV_DONTNEED));
    V(p[7 * page]);
    for (int i = 0; i < 300; i++) { p[0] = 1; NEED(!madvise(p, page, MADV_DONTNEED)); NEED(p[0] == 0); }
    return 0;
}
