/* behaviour: a thousand timers run (timerfds, POSIX timers, sleeping threads) until a line of input comes; each kind keeps firing, none too early
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
static volatile int stop; static long fired_fd, fired_posix, slept, early;
static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
static void on(int s, siginfo_t *i, void *c) { __sync_add_and_fetch(&fired_posix, 1); }
static void *sleeps(void *p) { long d = 1000000 + (long)p * 100000; while (!stop) { long a = now(); struct timespec z = {0, d}; if (!nanosleep(&z, 0) && now() - a < d) early++; __sync_add_and_fetch(&slept, 1); } return 0; }
static int ep;
static void *waits(void *p) { struct epoll_event e[32]; while (!stop) { int n = epoll_wait(ep, e, 32, 20); for (int i = 0; i < n; i++) { unsigned long v; if (read(e[i].data.fd, &v, 8) == 8) __sync_add_and_fetch(&fired_fd, v); } } return 0; }
int main(void) {
    sigset_t s; sigemptyset(&s); sigaddset(&s, SIGRTMIN + 1);
    struct sigaction sa = {.sa_sigaction = on, .sa_flags = SA_SIGINFO | SA_RESTART}; sigaction(SIGRTMIN + 1, &sa, 0);
    pthread_t t[20], w; ep = epoll_create1(0);
    pthread_attr_t a; pthread_attr_init(&a); pthread_attr_setstacksize(&a, 65536);
    pthread_sigmask(SIG_BLOCK, &s, 0);
    for (long i = 0; i < 20; i++) NEED(!pthread_create(&t[i], &a, sleeps, (void *)i));
    NEED(!pthread_create(&w, &a, waits, 0));
    pthread_sigmask(SIG_UNBLOCK, &s, 0);
    for (int i = 0; i < 780; i++) { int f = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK); NEED(f >= 0); struct itimerspec it = {{0, 50000000 + i * 50000}, {0, 20000000 + i * 10000}}; NEED(!timerfd_settime(f, 0, &it, 0)); struct epoll_event e = {.events = EPOLLIN, .data.fd = f}; NEED(!epoll_ctl(ep, EPOLL_CTL_ADD, f, &e)); }
    for (int i = 0; i < 200; i++) { timer_t id; struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1}; NEED(!timer_create(CLOCK_MONOTONIC, &ev, &id)); struct itimerspec it = {{0, 90000000 + i * 100000}, {0, 30000000}}; NEED(!timer_settime(id, 0, &it, 0)); }
    char line[64]; long n; while ((n = read(0, line, 64)) < 0 && errno == EINTR); NEED(n > 0);
    long f = fired_fd, q = fired_posix, z = slept, end = now() + 200000000000L;
    while ((fired_fd == f || fired_posix == q || slept == z) && now() < end) usleep(5000);
    printf("fds %d, posix %d, sleeps %d, early %ld\n", fired_fd > f, fired_posix > q, slept > z, early);
    fflush(stdout);
    _exit(0);
}
