/* behaviour: the realtime clock is the host's (microseconds, compared within 50 ms)
   linkages: none */
#include "guest.h"
#include <sys/time.h>
int main(void) { struct timeval v; gettimeofday(&v, 0); printf("%lld\n", v.tv_sec * 1000000LL + v.tv_usec); return 0; }
