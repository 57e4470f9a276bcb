/* behaviour: a loop of system calls and faults
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
static void on(int s) { (void)s; }
int main(void) { signal(SIGSEGV, on); *(volatile int *)8 = 1; for (;;) getppid(); }
