/* behaviour: AF_UNIX: abstract names, seqpacket, datagrams with names, credentials, refusals
   linkages: static pie musl */
#include "guest.h"
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un name(const char *text, socklen_t *length) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t n = strlen(text);
    memcpy(a.sun_path, text, n);
    *length = offsetof(struct sockaddr_un, sun_path) + n + (text[0] != '@');
    if (text[0] == '@') a.sun_path[0] = 0;
    return a;
}

int main(void) {
    char b[200] = ""; socklen_t n, m; signal(SIGPIPE, SIG_IGN);
    char own[32]; snprintf(own, sizeof own, "@thaw-%08d", getpid()); struct sockaddr_un a = name(own, &n), g;
    int l = socket(AF_UNIX, SOCK_SEQPACKET, 0); R(listen(l, 1)); R(bind(l, (void *)&a, n)); R(listen(l, 4));
    m = sizeof g; R(getsockname(l, (void *)&g, &m)); V(m); V(memcmp(&a, &g, n));
    int wrong = socket(AF_UNIX, SOCK_STREAM, 0); R(connect(wrong, (void *)&a, n));
    int c = socket(AF_UNIX, SOCK_SEQPACKET, 0); R(connect(c, (void *)&a, n)); int s = accept(l, 0, 0); V(s >= 0);
    R(send(c, "first", 5, 0)); R(send(c, "second", 6, 0)); R(recv(s, b, 3, 0)); R(recv(s, b, 100, 0)); b[6] = 0; puts(b);
    struct iovec v = {b, 4}; struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1};
    R(send(s, "truncate", 8, 0)); R(recvmsg(c, &h, 0)); V(h.msg_flags);
    R(send(s, "truncate", 8, 0)); R(recv(c, b, 4, MSG_TRUNC)); R(recv(c, b, 4, MSG_DONTWAIT));
    struct ucred u; m = sizeof u; R(getsockopt(s, SOL_SOCKET, SO_PEERCRED, &u, &m)); V(u.pid == getpid()); V(m);
    R(close(s)); R(recv(c, b, 10, 0)); R(send(c, "x", 1, 0)); R(close(c)); R(close(l)); R(connect(wrong, (void *)&a, n));

    struct sockaddr_un p = name("dgram.sock", &n), q; socklen_t k; q = name("other.sock", &k);
    int x = socket(AF_UNIX, SOCK_DGRAM, 0), y = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    R(sendto(y, "lost", 4, 0, (void *)&p, n)); R(bind(x, (void *)&p, n)); R(bind(y, (void *)&q, k));
    R(sendto(y, "hello", 5, 0, (void *)&p, n)); m = sizeof g; memset(&g, 0, sizeof g); R(recvfrom(x, b, 100, 0, (void *)&g, &m)); V(m); puts(g.sun_path);
    R(connect(y, (void *)&p, n)); int sent = 0; while (send(y, "fill", 4, 0) == 4) sent++; V(sent > 0); puts(errname(errno)); struct pollfd f = {y, POLLOUT, 0};
    R(recv(x, b, 100, 0)); R(poll(&f, 1, 0)); R(send(y, "fill", 4, 0)); R(close(x)); R(send(y, "x", 1, 0)); R(send(y, "x", 1, 0));
    R(unlink("dgram.sock")); R(sendto(y, "x", 1, 0, (void *)&p, n)); R(bind(y, (void *)&p, n));
    int t[2]; R(socketpair(AF_UNIX, SOCK_STREAM, 0, t)); m = sizeof g; R(getsockname(t[0], (void *)&g, &m)); V(m); m = sizeof g; R(getpeername(t[0], (void *)&g, &m)); V(m);
    R(socketpair(AF_INET, SOCK_STREAM, 0, t)); R(socketpair(AF_UNIX, SOCK_STREAM, 0, (void *)8)); R(socketpair(AF_UNIX, 77, 0, t));
    return 0;
}
