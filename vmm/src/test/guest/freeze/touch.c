/* behaviour: is frozen at its read, then reads some of its pages, writes others, and leaves the rest alone
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#define PAGES 64
#define TOUCHED 16
static char areas[3][PAGES * 4096] __attribute__((aligned(4096)));
int main(void) {
    char in[8] = {0};
    unsigned long sum = 0;
    memset(areas, 1, sizeof areas);
    for (int a = 0; a < 3; a++) printf("area %d %lx\n", a, (unsigned long)areas[a]);
    fflush(stdout);
    if (read(0, in, sizeof in) <= 0) return 1;
    for (int p = 0; p < TOUCHED; p++) sum += ((volatile char *)areas[0])[p * 4096L];
    for (int p = 0; p < TOUCHED; p++) areas[1][p * 4096L] = in[0];
    for (int p = 0; p < PAGES; p++) sum += p < TOUCHED ? areas[1][p * 4096L] : 0;
    printf("%lu\n", sum);
    return 0;
}
