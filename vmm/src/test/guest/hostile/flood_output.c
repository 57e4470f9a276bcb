/* behaviour: writes a gigabyte to its outputs
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
int main(void) { static char b[1 << 16]; memset(b, 'x', sizeof b); for (int i = 0; i < 16384; i++) if (write(1 + i % 2, b, sizeof b) <= 0) return 3; return 0; }
