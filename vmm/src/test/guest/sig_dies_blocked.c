/* behaviour: the program ends with SIGSEGV although it is blocked and ignored, its buffered output lost
   linkages: static pie */
#include "guest.h"
int main(void) { write(1, "before\n", 7); printf("buffered"); {sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); signal(SIGSEGV, SIG_IGN); *(volatile int*)16 = 1;}; puts("after"); return 7; }
