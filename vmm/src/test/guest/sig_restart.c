/* behaviour: an interrupted call restarts with SA_RESTART and says EINTR without
   linkages: static pie musl */
#include "guest.h"
#include <poll.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
static int p[2]; static volatile int count; static void on(int s) { (void)s; if (++count == 3) write(p[1], "x", 1); }
static void timer(int us) { struct itimerval t = {{0, us}, {0, us}}; setitimer(ITIMER_REAL, &t, 0); }
int main(void) {
    char c; pipe(p); struct sigaction a = {.sa_handler = on, .sa_flags = SA_RESTART}; sigaction(SIGALRM, &a, 0); timer(4000); R(read(p[0], &c, 1)); V(count >= 3); timer(0); a.sa_flags = 0; sigaction(SIGALRM, &a, 0); count = 10; timer(4000); R(read(p[0], &c, 1)); V(count > 10); struct pollfd f = {p[0], POLLIN, 0}; R(poll(&f, 1, 5000)); R(pause()); struct timespec t = {10, 0}, left; R(nanosleep(&t, &left)); V(left.tv_sec >= 8 && left.tv_sec < 10); a.sa_flags = SA_RESTART; sigaction(SIGALRM, &a, 0); R(poll(&f, 1, 5000)); R(nanosleep(&t, &left)); R(pause()); sigset_t none; sigemptyset(&none); R(sigsuspend(&none)); timer(0); R(wait(0)); return 0;
}
