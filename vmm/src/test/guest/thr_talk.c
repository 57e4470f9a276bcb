/* behaviour: threads talk over pipes, socket pairs, loopback connections, eventfds and epoll, blocking and in any order
   linkages: static pie
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
static int p[2], sp[2], port;
static void *fills(void *a) { char *big = malloc(1000000); memset(big, 'x', 1000000); long n = write(p[1], big, 1000000); close(p[1]); free(big); return (void *)n; }
static void *echoes(void *a) { char b[512]; long n, all = 0; while ((n = read(sp[1], b, sizeof b)) > 0) { all += n; for (long d = 0; d < n; d += write(sp[1], b + d, n - d)); } return (void *)all; }
static void *serves(void *a) {
    int l = (int)(long)a; long all = 0;
    for (int i = 0; i < 6; i++) { int c = accept(l, 0, 0); char b[64]; long n = read(c, b, 64); all += n; NEED(write(c, b, n) == n); shutdown(c, SHUT_WR); while (read(c, b, 64) > 0); close(c); }
    return (void *)all;
}
static void *connects(void *a) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0); if (connect(s, (void *)&at, sizeof at)) return (void *)-1;
    char b[64]; int n = snprintf(b, 64, "hello %ld", (long)a); NEED(write(s, b, n) == n); long got = 0, r; char c[64]; while ((r = read(s, c + got, 64 - got)) > 0) got += r; close(s);
    return (void *)(long)(got == n && !memcmp(b, c, n));
}
static int ep, ev;
static volatile int handled, quit;
static void *polls(void *a) { struct epoll_event e; while (!quit) { int n = epoll_wait(ep, &e, 1, -1); unsigned long v; if (n == 1 && e.data.fd == ev) { if (read(ev, &v, 8) == 8) __sync_add_and_fetch(&handled, (int)v); } else if (n == 1) quit = 1; } return 0; }
int main(void) {
    setvbuf(stdout, 0, _IOFBF, 8192);
    pthread_t t[8]; void *r; char b[4096]; long n, all = 0;
    NEED(!pipe(p)); NEED(!pthread_create(t, 0, fills, 0)); while ((n = read(p[0], b, sizeof b)) > 0) all += n; pthread_join(t[0], &r); V(all); V((long)r);
    NEED(!socketpair(AF_UNIX, SOCK_STREAM, 0, sp)); NEED(!pthread_create(t, 0, echoes, 0));
    all = 0; for (int i = 0; i < 50; i++) { NEED(write(sp[0], b, 1000) == 1000); for (long d = 0; d < 1000; d += n) { n = read(sp[0], b, 1000 - d); NEED(n > 0); all += n; } } shutdown(sp[0], SHUT_WR); pthread_join(t[0], &r); V(all); V((long)r);
    int l = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; socklen_t len = sizeof at;
    NEED(!bind(l, (void *)&at, len)); NEED(!listen(l, 2)); NEED(!getsockname(l, (void *)&at, &len)); port = at.sin_port;
    NEED(!pthread_create(&t[7], 0, serves, (void *)(long)l)); for (long i = 0; i < 6; i++) NEED(!pthread_create(&t[i], 0, connects, (void *)i)); all = 0; for (int i = 0; i < 6; i++) { pthread_join(t[i], &r); all += (long)r; } V(all); pthread_join(t[7], &r); V((long)r);
    ep = epoll_create1(0); ev = eventfd(0, EFD_NONBLOCK); struct epoll_event e = {.events = EPOLLIN, .data.fd = ev}; NEED(!epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e));
    for (int i = 0; i < 3; i++) NEED(!pthread_create(&t[i], 0, polls, 0));
    for (int i = 0; i < 100; i++) { unsigned long one = 1; NEED(write(ev, &one, 8) == 8); if (i % 10 == 0) usleep(2000); }
    for (int i = 0; i < 1000 && handled < 100; i++) usleep(2000); V(handled);
    int tf = timerfd_create(CLOCK_MONOTONIC, 0); struct itimerspec it = {{0, 0}, {0, 1000000}}; e.data.fd = tf; NEED(!epoll_ctl(ep, EPOLL_CTL_ADD, tf, &e)); NEED(!timerfd_settime(tf, 0, &it, 0));
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0); V(quit);
    return 0;
}
