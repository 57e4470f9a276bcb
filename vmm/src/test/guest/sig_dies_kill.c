/* behaviour: the program ends with SIGKILL, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); kill(getpid(), SIGKILL); puts("after"); return 7; }
