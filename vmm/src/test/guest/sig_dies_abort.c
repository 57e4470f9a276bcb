/* behaviour: the program ends with SIGABRT, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); abort(); puts("after"); return 7; }
