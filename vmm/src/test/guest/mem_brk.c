/* behaviour: the heap's end moves both ways and comes back zeroed
   linkages: static pie */
#include "guest.h"
int main(void) {
    static char buffer[8192]; setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    char *start = sbrk(0);
    V(brk(start + 100000));
    V((char *)sbrk(0) - start);
    long sum = 0;
    for (int i = 0; i < 100000; i++) { sum += start[i]; start[i] = 1; }
    V(sum);
    V(brk(start + 4096));
    V(brk(start + 100000));
    sum = 0;
    for (int i = 8192; i < 100000; i++) sum += start[i];
    V(sum); V(start[10]);
    R(brk((void *)0x7fffffffffffff));
    V((char *)sbrk(0) - start);
    V((char *)sbrk(1 << 20) - start);
    V(brk(start));
    return 0;
}
