/* behaviour: the program ends with SIGPIPE, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); {int p[2]; pipe(p); close(p[0]); write(p[1], "x", 1);}; puts("after"); return 7; }
