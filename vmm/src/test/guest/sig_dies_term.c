/* behaviour: the program ends with SIGTERM, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); raise(SIGTERM); puts("after"); return 7; }
