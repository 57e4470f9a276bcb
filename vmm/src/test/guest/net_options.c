/* behaviour: socket options read back as they were set, timeouts end a receive, bad ones are refused
   linkages: static pie musl */
#include "guest.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

int main(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0), v, one = 1; socklen_t n; char b[64];
    int plain[][2] = {{SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_KEEPALIVE}, {SOL_SOCKET, SO_REUSEPORT}, {SOL_SOCKET, SO_TYPE}, {SOL_SOCKET, SO_DOMAIN}, {SOL_SOCKET, SO_PROTOCOL}, {SOL_SOCKET, SO_ACCEPTCONN}, {SOL_SOCKET, SO_ERROR}, {IPPROTO_TCP, TCP_NODELAY}, {IPPROTO_TCP, TCP_KEEPIDLE}, {IPPROTO_TCP, TCP_KEEPINTVL}, {IPPROTO_TCP, TCP_KEEPCNT}, {IPPROTO_IP, IP_TTL}, {IPPROTO_IP, IP_TOS}};
    for (unsigned i = 0; i < sizeof plain / sizeof *plain; i++) { n = 4; v = -7; int r = getsockopt(s, plain[i][0], plain[i][1], &v, &n); printf("%d/%d: %d %d %d\n", plain[i][0], plain[i][1], r, v, (int)n); }
    R(setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &one, 4)); n = 4; R(getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &v, &n)); V(v);
    v = 8192; R(setsockopt(s, SOL_SOCKET, SO_RCVBUF, &v, 4)); n = 4; R(getsockopt(s, SOL_SOCKET, SO_RCVBUF, &v, &n)); V(v);
    struct linger l = {1, 30}; R(setsockopt(s, SOL_SOCKET, SO_LINGER, &l, sizeof l)); l = (struct linger){0, 0}; n = sizeof l; R(getsockopt(s, SOL_SOCKET, SO_LINGER, &l, &n)); V(l.l_onoff); V(l.l_linger);
    struct timeval t = {0, 20000}; n = sizeof t; int u = socket(AF_INET, SOCK_DGRAM, 0); struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; bind(u, (void *)&a, sizeof a); R(setsockopt(u, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t)); R(recv(u, b, 10, 0)); R(read(u, b, 10)); R(getsockopt(u, SOL_SOCKET, SO_RCVTIMEO, &t, &n)); V(t.tv_usec); V(n);
    t.tv_usec = 2000000; R(setsockopt(u, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t)); R(setsockopt(u, SOL_SOCKET, SO_RCVTIMEO, &t, 4));
    R(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, 2)); R(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, (void *)8, 4)); R(setsockopt(s, 4242, 1, &one, 4)); R(setsockopt(s, IPPROTO_TCP, 4242, &one, 4)); R(setsockopt(u, IPPROTO_TCP, TCP_NODELAY, &one, 4)); n = -1; R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &n)); n = 2; v = 0; R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &n)); V(v); V(n); n = 4; R(getsockopt(s, SOL_SOCKET, SO_TYPE, (void *)8, &n)); R(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, (void *)8)); R(getsockopt(0, SOL_SOCKET, SO_TYPE, &v, &n)); R(getsockopt(99, SOL_SOCKET, SO_TYPE, &v, &n));
    int x = socket(AF_UNIX, SOCK_STREAM, 0); R(setsockopt(x, IPPROTO_TCP, TCP_NODELAY, &one, 4));
    return 0;
}
