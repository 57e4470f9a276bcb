/* behaviour: anonymous shared memory keeps its content through advice and moves, and can be mapped twice
   linkages: static pie */
#include "guest.h"
static int lines(const char *what) {
    FILE *f = fopen("/proc/self/maps", "r"); char line[512]; int n = 0;
    while (fgets(line, sizeof line, f)) if (strstr(line, what)) { n++; printf("%.4s\n", strchr(line, ' ') + 1); }
    fclose(f); return n;
}
int main(void) {
    long page = 4096;
    char *p = mmap(0, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); NEED(p != MAP_FAILED);
    memset(p, 5, 4 * page);
    R(madvise(p, 4 * page, MADV_DONTNEED)); V(p[0]); V(p[3 * page]);
    R(madvise(p, 4 * page, MADV_FREE)); R(madvise(p, page, MADV_REMOVE)); V(p[0]); V(p[page]);
    char *q = mremap(p, 0, 4 * page, MREMAP_MAYMOVE); NEED(q != MAP_FAILED); V(q != p);
    q[page] = 7; V(p[page]); p[2 * page] = 8; V(q[2 * page]);
    R(munmap(p, 4 * page)); V(q[page]); V(q[2 * page]);
    V(lines("/dev/zero (deleted)"));
    char *r = mremap(q, 4 * page, 8 * page, MREMAP_MAYMOVE); NEED(r != MAP_FAILED); V(r[page]); R(munmap(r, 8 * page));
    V(lines("/dev/zero (deleted)"));
    int fd = open("/dev/zero", O_RDWR); char *z = mmap(0, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); NEED(z != MAP_FAILED); close(fd); z[9] = 9; V(z[9]);
    V(mmap(0, page, PROT_READ, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED); V(errno == EINVAL);
    V(mmap(0, page, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0) == MAP_FAILED); V(errno == EINVAL);
    return 0;
}
