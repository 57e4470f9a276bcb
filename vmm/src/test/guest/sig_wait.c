/* behaviour: sigsuspend, sigwait, and sigtimedwait take signals as they come
   linkages: static pie */
#include "guest.h"
#include <sys/time.h>
#include <time.h>
static volatile int got; static void on(int s) { got = s; }
int main(void) {
    sigset_t set, none; sigemptyset(&set); sigemptyset(&none); sigaddset(&set, SIGUSR1); sigaddset(&set, SIGUSR2); sigaddset(&set, SIGALRM); sigprocmask(SIG_BLOCK, &set, 0); signal(SIGUSR1, on); signal(SIGALRM, on); raise(SIGUSR1); V(got); R(sigsuspend(&none)); V(got); got = 0; struct itimerval t = {{0, 0}, {0, 5000}}; setitimer(ITIMER_REAL, &t, 0); R(sigsuspend(&none)); V(got); got = 0; raise(SIGUSR2); int s; R(sigwait(&set, &s)); V(s); union sigval v = {.sival_int = 99}; sigqueue(getpid(), SIGUSR1, v); siginfo_t i; R(sigwaitinfo(&set, &i)); V(i.si_code); V(i.si_value.sival_int); struct timespec w = {0, 5000000}; R(sigtimedwait(&set, &i, &w)); setitimer(ITIMER_REAL, &t, 0); w.tv_sec = 5; R(sigtimedwait(&set, &i, &w)); V(got);
    return 0;
}
