/* behaviour: the program ends with a real-time signal, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); raise(SIGRTMIN + 5); puts("after"); return 7; }
