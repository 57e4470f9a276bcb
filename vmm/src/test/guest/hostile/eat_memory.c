/* behaviour: touches ten gigabytes
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
int main(void) { for (long total = 0; total < 10L << 30; total += 64 << 20) { char *p = malloc(64 << 20); if (!p) { puts("refused"); return 1; } memset(p, 1, 64 << 20); } puts("ten gigabytes"); return 0; }
