/* behaviour: the program ends with SIGILL, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); __builtin_trap(); puts("after"); return 7; }
