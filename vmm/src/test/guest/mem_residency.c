/* behaviour: mincore, mlock and munlock answer as for plain memory
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    char *p = mmap(0, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p[0] = 1; p[8192] = 1;
    unsigned char in[4] = {9, 9, 9, 9};
    R(mincore(p, 4 * 4096, in));
    V(in[0] & 1); V(in[2] & 1);
    R(mincore(p + 1, 4096, in));
    R(mlock(p, 8192)); R(munlock(p, 8192));
    R(munmap(p + 4096, 4096));
    R(mincore(p, 4 * 4096, in));
    R(mlock(p, 4 * 4096));
    return 0;
}
