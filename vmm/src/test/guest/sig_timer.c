/* behaviour: a timer interrupts a loop that makes no system call, and the loop's registers are unharmed
   linkages: static pie */
#include "guest.h"
#include <sys/time.h>
static volatile int n; static void on(int s) { (void)s; n++; }
int main(void) { signal(SIGALRM, on); struct itimerval t = {{0, 2000}, {0, 2000}}; setitimer(ITIMER_REAL, &t, 0); unsigned long long h = 1469598103934665603ULL; double d = 0; long i = 0; while (n < 20) { for (int k = 0; k < 1000; k++) { h = (h ^ k) * 1099511628211ULL; d += 0.5; } i++; } unsigned long long g = 1469598103934665603ULL; double e = 0; for (long j = 0; j < i; j++) for (int k = 0; k < 1000; k++) { g = (g ^ k) * 1099511628211ULL; e += 0.5; } V(h == g); V(d == e); return 0; }
