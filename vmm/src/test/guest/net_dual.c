/* behaviour: sockets of both families as runtimes probe and use them: dual-stack UDP, mapped peers, taken ports, credentials, half-closed ends
   linkages: static pie musl */
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_in6 mapped(unsigned a, int port) {
    struct sockaddr_in6 m = {.sin6_family = AF_INET6, .sin6_port = port};
    m.sin6_addr.s6_addr[10] = m.sin6_addr.s6_addr[11] = 0xff;
    a = htonl(a);
    memcpy(m.sin6_addr.s6_addr + 12, &a, 4);
    return m;
}

static void address(const char *what, struct sockaddr_in6 *a, socklen_t n) {
    char t[64];
    printf("%s %d ", what, (int)n);
    if (a->sin6_family == AF_INET6) puts(inet_ntop(AF_INET6, &a->sin6_addr, t, sizeof t));
    else puts(inet_ntop(AF_INET, &((struct sockaddr_in *)a)->sin_addr, t, sizeof t));
}

static void name(const char *what, int s) {
    struct sockaddr_in6 a;
    socklen_t n = sizeof a;
    if (getsockname(s, (void *)&a, &n) == 0) address(what, &a, n);
    n = sizeof a;
    int r = getpeername(s, (void *)&a, &n);
    if (r == 0) address(" peer", &a, n);
    else printf(" no peer: %s\n", errname(errno));
}

static int port(int s) {
    struct sockaddr_in6 a;
    socklen_t n = sizeof a;
    getsockname(s, (void *)&a, &n);
    return a.sin6_port;
}

int main(void) {
    char b[256];
    int one = 1, off = 0, v;
    socklen_t n;
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in6 any = {.sin6_family = AF_INET6}, six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback}, from;
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    /* Go's probe of what there is. */
    int s = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    R(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &one, 4));
    R(bind(s, (void *)&six, sizeof six));
    close(s);
    s = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    R(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &off, 4));
    struct sockaddr_in6 m = mapped(INADDR_LOOPBACK, 0);
    R(bind(s, (void *)&m, sizeof m));
    name("mapped", s);
    close(s);

    /* A dual-stack listener, and both kinds of clients with both kinds of sockets. */
    int l = socket(AF_INET6, SOCK_STREAM, 0);
    R(setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, 4));
    R(bind(l, (void *)&any, sizeof any));
    R(listen(l, 50));
    name("listener", l);
    int p = port(l);
    m = mapped(INADDR_LOOPBACK, p);
    int c = socket(AF_INET6, SOCK_STREAM, 0);
    R(connect(c, (void *)&m, sizeof m));
    name("client", c);
    n = sizeof from;
    s = accept4(l, (void *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    V(s >= 0);
    address("accepted", &from, n);
    name("server", s);
    V(fcntl(s, F_GETFL) & O_NONBLOCK);
    V(fcntl(s, F_GETFD));
    R(recv(s, b, 10, 0));
    struct sockaddr_in6 zero = any;
    zero.sin6_port = p;
    int z = socket(AF_INET6, SOCK_STREAM, 0);
    R(connect(z, (void *)&zero, sizeof zero));
    name("to any", z);
    close(z);
    z = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in zero4 = {.sin_family = AF_INET, .sin_port = p};
    R(connect(z, (void *)&zero4, sizeof zero4));
    name("to any", z);
    close(z);
    z = socket(AF_INET, SOCK_STREAM, 0);
    R(bind(z, (void *)&zero4, sizeof zero4));
    close(z);
    z = socket(AF_INET6, SOCK_STREAM, 0);
    R(setsockopt(z, IPPROTO_IPV6, IPV6_V6ONLY, &one, 4));
    R(connect(z, (void *)&m, sizeof m));
    close(z);

    /* Ends, as an event loop sees them. */
    int e = epoll_create1(0);
    struct epoll_event ev = {EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.fd = 1}};
    R(epoll_ctl(e, EPOLL_CTL_ADD, s, &ev));
    R(epoll_wait(e, &ev, 1, 0));
    V(ev.events);
    R(write(c, "last", 4));
    R(shutdown(c, SHUT_WR));
    R(shutdown(c, SHUT_WR));
    R(epoll_wait(e, &ev, 1, 1000));
    V(ev.events);
    R(write(c, "x", 1));
    R(recv(s, b, 3, MSG_PEEK));
    R(ioctl(s, FIONREAD, &v));
    V(v);
    R(recv(s, b, 100, MSG_WAITALL));
    R(recv(s, b, 100, 0));
    R(send(s, "answer", 6, MSG_NOSIGNAL | MSG_MORE));
    R(close(s));
    R(recv(c, b, 100, 0));
    R(recv(c, b, 100, 0));
    close(c);
    n = 4;
    R(getsockopt(l, SOL_SOCKET, SO_ERROR, &v, &n));
    V(v);
    R(shutdown(l, SHUT_RD));
    R(accept(l, 0, 0));
    close(l);
    l = socket(AF_INET6, SOCK_STREAM, 0);
    R(setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, 4));
    zero.sin6_port = p;
    R(bind(l, (void *)&zero, sizeof zero));
    R(listen(l, 1));
    int again = socket(AF_INET6, SOCK_STREAM, 0);
    R(setsockopt(again, SOL_SOCKET, SO_REUSEADDR, &one, 4));
    R(bind(again, (void *)&zero, sizeof zero));
    close(l);
    close(again);

    /* UDP of both families on one socket. */
    int u = socket(AF_INET6, SOCK_DGRAM, 0), w = socket(AF_INET, SOCK_DGRAM, 0);
    any.sin6_port = 0;
    R(bind(u, (void *)&any, sizeof any));
    four.sin_port = port(u);
    R(connect(w, (void *)&four, sizeof four));
    R(send(w, "from four", 9, 0));
    n = sizeof from;
    R(recvfrom(u, b, sizeof b, 0, (void *)&from, &n));
    address("from", &from, n);
    V(from.sin6_port == port(w));
    R(sendto(u, "back", 4, 0, (void *)&from, n));
    R(recv(w, b, sizeof b, MSG_TRUNC));
    m = mapped(INADDR_LOOPBACK, port(w));
    R(sendto(u, "stranger", 8, 0, (void *)&four, sizeof four));
    R(connect(u, (void *)&m, sizeof m));
    name("connected", u);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    R(connect(u, &none, sizeof none));
    n = sizeof from;
    R(getpeername(u, (void *)&from, &n));
    R(send(u, "x", 1, 0));
    R(recv(u, b, 0, MSG_DONTWAIT));
    R(recv(u, b, 1, MSG_DONTWAIT));

    /* AF_UNIX: abstract names and who is at the other end. */
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "\0thaw-dual"}, got;
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + 10;
    l = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    R(bind(l, (void *)&a, length));
    R(listen(l, 5));
    R(accept4(l, 0, 0, SOCK_NONBLOCK));
    c = socket(AF_UNIX, SOCK_STREAM, 0);
    R(connect(c, (void *)&a, length));
    R(accept4(l, 0, 0, 12345));
    n = sizeof got;
    s = accept4(l, (void *)&got, &n, SOCK_CLOEXEC);
    V(s >= 0);
    V(n);
    n = sizeof got;
    R(getpeername(c, (void *)&got, &n));
    V(n);
    V(memcmp(got.sun_path, "\0thaw-dual", 10));
    struct ucred u1 = {0}, u2 = {0};
    n = sizeof u1;
    R(getsockopt(c, SOL_SOCKET, SO_PEERCRED, &u1, &n));
    V(n);
    n = sizeof u2;
    R(getsockopt(s, SOL_SOCKET, SO_PEERCRED, &u2, &n));
    V(u1.pid == getpid() && u1.uid == getuid() && u1.gid == getgid());
    V(u2.pid == getpid() && u2.uid == getuid() && u2.gid == getgid());
    int sp[2];
    R(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sp));
    R(send(sp[0], "packet", 6, MSG_EOR));
    struct iovec io = {b, 3};
    struct msghdr h = {.msg_iov = &io, .msg_iovlen = 1};
    R(recvmsg(sp[1], &h, 0));
    V(h.msg_flags & MSG_TRUNC);
    R(recvmsg(sp[1], &h, 0));
    R(close(sp[0]));
    R(recvmsg(sp[1], &h, 0));
    R(send(sp[1], "x", 1, MSG_NOSIGNAL));
    return 0;
}
