/* behaviour: _exit ends at once, without handlers and buffers
   linkages: static pie */
#include "guest.h"
static void one(void) { write(1, "handler\n", 8); }
int main(void) { atexit(one); write(1, "before\n", 7); printf("lost"); _exit(255); }
