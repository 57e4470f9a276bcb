/* behaviour: clocks run forwards, agree with each other and refuse what they are not
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
#include <sys/time.h>
#include <time.h>
static long long ns(clockid_t c) { struct timespec t; NEED(!clock_gettime(c, &t)); NEED(t.tv_nsec >= 0 && t.tv_nsec < 1000000000); return t.tv_sec * 1000000000LL + t.tv_nsec; }
int main(void) {
    long long last = ns(CLOCK_MONOTONIC); for (int i = 0; i < 2000; i++) { long long now = ns(CLOCK_MONOTONIC); NEED(now >= last); last = now; }
    struct timeval v; gettimeofday(&v, 0); long long r = ns(CLOCK_REALTIME), d = r - (v.tv_sec * 1000000LL + v.tv_usec) * 1000; V(d >= -1000 && d < 2000000000LL); V(time(0) - v.tv_sec <= 1); V(ns(CLOCK_BOOTTIME) >= 0); V(ns(CLOCK_MONOTONIC_RAW) > 0); V(ns(CLOCK_MONOTONIC_COARSE) > 0); V(ns(CLOCK_REALTIME_COARSE) > 1600000000LL * 1000000000LL);
    volatile unsigned long x = 0; for (long i = 0; i < 3000000; i++) x += i; V(ns(CLOCK_PROCESS_CPUTIME_ID) > 0); V(ns(CLOCK_THREAD_CPUTIME_ID) > 0); V(clock() >= 0);
    struct timespec t; R(clock_getres(CLOCK_MONOTONIC, &t)); V(t.tv_sec); R(clock_gettime(77, &t)); R(syscall(SYS_clock_gettime, CLOCK_REALTIME, 8)); R(clock_getres(77, &t)); return 0;
}
