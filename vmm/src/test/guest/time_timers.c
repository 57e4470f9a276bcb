/* behaviour: interval timers and alarm deliver SIGALRM and tell what is left
   linkages: static pie musl */
#include "guest.h"
#include <sys/time.h>
static volatile sig_atomic_t ticks;
static void tick(int s) { (void)s; ticks++; }
int main(void) {
    signal(SIGALRM, tick); V(alarm(100)); V(alarm(0) >= 99); struct itimerval t = {{0, 5000}, {0, 5000}}, old; R(setitimer(ITIMER_REAL, &t, 0)); while (ticks < 4) usleep(1000); V(ticks >= 4); R(getitimer(ITIMER_REAL, &old)); V(old.it_interval.tv_usec); t = (struct itimerval){{0, 0}, {0, 0}}; R(setitimer(ITIMER_REAL, &t, &old)); V(old.it_interval.tv_usec); R(getitimer(ITIMER_REAL, &old)); V(old.it_value.tv_usec + old.it_value.tv_sec);
    ticks = 0; t.it_value.tv_usec = 3000; setitimer(ITIMER_REAL, &t, 0); volatile unsigned long spins = 0; while (!ticks) spins++; V(ticks); R(setitimer(99, &t, 0)); t.it_value.tv_usec = 1000000; R(setitimer(ITIMER_REAL, &t, 0)); R(getitimer(ITIMER_REAL, (void *)8)); sigset_t b, o; sigemptyset(&b); sigaddset(&b, SIGALRM); sigprocmask(SIG_BLOCK, &b, &o); R(ualarm(2000, 0)); sigsuspend(&o); V(ticks); return 0;
}
