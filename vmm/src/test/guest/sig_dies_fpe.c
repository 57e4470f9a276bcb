/* behaviour: the program ends with SIGFPE, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); {volatile int z = 0; z = 1 / z;}; puts("after"); return 7; }
