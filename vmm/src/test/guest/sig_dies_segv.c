/* behaviour: the program ends with SIGSEGV, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); *(volatile int*)16 = 1; puts("after"); return 7; }
