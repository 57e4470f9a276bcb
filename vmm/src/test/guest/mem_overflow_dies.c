/* behaviour: running out of stack without a handler ends the program with SIGSEGV
   linkages: static pie */
#include "guest.h"
__attribute__((noinline)) static long endless(volatile long n) { volatile char f[512]; f[n % 512] = 1; return endless(n + 1) + f[3]; }
int main(void) { puts("before"); fflush(stdout); return (int)endless(0); }
