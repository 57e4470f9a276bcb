/* behaviour: a private mapping shows the file and keeps its own changes
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    char block[4096];
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < 20; i++) { memset(block, 'a' + i, 4096); NEED(write(fd, block, 4096) == 4096); }
    char *p = mmap(0, 20 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    NEED(p != MAP_FAILED);
    V(p[0]); V(p[19 * 4096 + 4095]); V(p[7 * 4096]);
    p[7 * 4096] = '!';
    char c;
    R(pread(fd, &c, 1, 7 * 4096)); V(c); V(p[7 * 4096]); V(p[7 * 4096 + 1]);
    char *q = mmap(0, 8192, PROT_READ, MAP_PRIVATE, fd, 4 * 4096);
    V(q[0]); V(q[4096]);
    R(munmap(q, 4096)); V(q[4096]);
    close(fd);
    V(p[12 * 4096]);
    fd = open("f", O_RDONLY);
    q = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
    q[1] = 'X'; V(q[0]); V(q[1]);
    int self = open("/proc/self/exe", O_RDONLY);
    NEED(self >= 0);
    char *e = mmap(0, 4096, PROT_READ, MAP_SHARED, self, 0);
    printf("%.3s\n", e + 1);
    return 0;
}
