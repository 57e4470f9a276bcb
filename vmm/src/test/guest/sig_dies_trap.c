/* behaviour: the program ends with SIGTRAP, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); __asm__ volatile("int3"); puts("after"); return 7; }
