/* behaviour: takes descriptors, pipes, sockets, datagrams, signals and timers without end
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
static void report(const char *what, long n) { printf("%s ended with %s after %s\n", what, errname(errno), n < 1000000 ? "a bounded number" : "a million"); fflush(stdout); }
static void close_all(void) { for (int i = 3; i < 70000 && (close(i) == 0 || i < 1600); i++) ; }
int main(void) {
    long n = 0; int p[2];
    struct rlimit many, few; getrlimit(RLIMIT_NOFILE, &many); few = many; few.rlim_cur = 1500; setrlimit(RLIMIT_NOFILE, &few);
    n = 0; while (pipe(p) == 0 && n < 1000000) n++; report("pipe", n); close_all();
    n = 0; while (socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0 && n < 1000000) n++; report("socketpair", n); close_all();
    n = 0; while (eventfd(0, 0) >= 0 && n < 1000000) n++; report("eventfd", n); close_all();
    n = 0; while (epoll_create(1) >= 0 && n < 1000000) n++; report("epoll", n); close_all();
    n = 0; while (timerfd_create(CLOCK_MONOTONIC, 0) >= 0 && n < 1000000) n++; report("timerfd", n); close_all();
    n = 0; while (dup(0) >= 0 && n < 1000000) n++; report("dup", n); close_all();
    int u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0); struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; bind(u, (void *)&a, sizeof a); socklen_t l = sizeof a; getsockname(u, (void *)&a, &l); static char d[60000]; for (n = 0; n < 2000; n++) sendto(v, d, sizeof d, 0, (void *)&a, sizeof a); puts("datagrams dropped or refused"); close_all();
    sigset_t s; sigfillset(&s); sigprocmask(SIG_BLOCK, &s, 0); union sigval w = {0}; n = 0; while (sigqueue(getpid(), SIGRTMIN + 3, w) == 0 && n < 200000) n++; printf("sigqueue %s\n", n < 200000 ? errname(errno) : "without end"); fflush(stdout);
    fflush(stdout);
    setrlimit(RLIMIT_NOFILE, &many); n = 0; while (open("/dev/null", O_RDONLY) >= 0 && n < 1000000) n++; report("open", n); puts("alive"); return 0;
}
