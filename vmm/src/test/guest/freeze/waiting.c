/* behaviour: is frozen in poll with a handler, a blocked signal, an alternate stack and an epoll set in place
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
static int got; static void on(int s) { char here; stack_t st; sigaltstack(0, &st); got = s + 1000 * (st.ss_flags & SS_ONSTACK) + 0 * here; }
int main(int argc, char **argv) {
    char alt[65536]; stack_t st = {.ss_sp = alt, .ss_size = sizeof alt}; sigaltstack(&st, 0); struct sigaction a = {.sa_handler = on, .sa_flags = SA_ONSTACK}; sigaction(SIGUSR1, &a, 0); sigset_t s; sigemptyset(&s); sigaddset(&s, SIGUSR1); sigprocmask(SIG_BLOCK, &s, 0); raise(SIGUSR1);
    int e = epoll_create1(0), v = eventfd(3, EFD_NONBLOCK), sp[2]; struct epoll_event x = {EPOLLIN, {.u64 = 9}}; epoll_ctl(e, EPOLL_CTL_ADD, v, &x); socketpair(AF_UNIX, SOCK_STREAM, 0, sp); write(sp[0], "socket", 6); (void)argv;
    char in[64] = ""; if (argc > 1) { struct epoll_event y = {EPOLLIN, {.u64 = 1}}; int e2 = epoll_create1(0); epoll_ctl(e2, EPOLL_CTL_ADD, 0, &y); V(epoll_wait(e2, &y, 1, -1)); } else { struct pollfd p = {0, POLLIN, 0}; V(poll(&p, 1, -1)); V(p.revents & POLLIN); }
    long n = read(0, in, 63); in[n > 0 ? n : 0] = 0; printf("[%s]\n", in); V(got); sigprocmask(SIG_UNBLOCK, &s, 0); V(got); V(epoll_wait(e, &x, 1, 0)); V(x.data.u64); unsigned long c = 0; read(v, &c, 8); V(c); n = read(sp[1], in, 60); in[n > 0 ? n : 0] = 0; puts(in); return 0;
}
