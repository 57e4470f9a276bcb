/* behaviour: sleeping takes at least as long as asked, by every call
   linkages: static pie musl */
#include "guest.h"
#include <poll.h>
#include <sys/select.h>
#include <time.h>
static long long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
#define TAKES(ms, what) do { long long s_ = now(); R(what); long long d_ = now() - s_; printf("long enough: %d, sane: %d\n", d_ >= ms * 1000000LL, d_ < ms * 1000000LL + 5000000000LL); } while (0)
int main(void) {
    struct timespec t = {0, 20000000}, left; TAKES(20, nanosleep(&t, &left)); TAKES(10, usleep(10000)); TAKES(20, clock_nanosleep(CLOCK_MONOTONIC, 0, &t, 0)); TAKES(15, poll(0, 0, 15)); struct timeval v = {0, 12000}; TAKES(12, select(0, 0, 0, 0, &v));
    struct timespec at; clock_gettime(CLOCK_MONOTONIC, &at); at.tv_nsec += 20000000; if (at.tv_nsec >= 1000000000) { at.tv_nsec -= 1000000000; at.tv_sec++; } R(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0)); V(now() >= at.tv_sec * 1000000000LL + at.tv_nsec); TAKES(0, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0)); clock_gettime(CLOCK_REALTIME, &at); at.tv_sec -= 5; TAKES(0, clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, 0));
    t = (struct timespec){0, 1000000000}; R(nanosleep(&t, 0)); t = (struct timespec){-1, 0}; R(nanosleep(&t, 0)); R(syscall(SYS_nanosleep, 8, 0)); t = (struct timespec){0, 0}; R(nanosleep(&t, 0)); R(clock_nanosleep(77, 0, &t, 0)); return 0;
}
