/* behaviour: the program ends with SIGALRM, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); {alarm(1); pause();}; puts("after"); return 7; }
