/* behaviour: IPv6 loopback, v4-mapped peers of a dual-stack listener, and what IPV6_V6ONLY keeps out
   linkages: static pie musl */
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int port(int s) { struct sockaddr_in6 a; socklen_t n = sizeof a; getsockname(s, (void *)&a, &n); return a.sin6_port; }

int main(void) {
    char t[64]; int one = 1; socklen_t n;
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_addr = in6addr_any}, six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback}, from;
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, me;
    int l = socket(AF_INET6, SOCK_STREAM, 0); if (l < 0 || bind(l, (void *)&six, sizeof six)) { puts("no IPv6 here"); return 0; } close(l);
    l = socket(AF_INET6, SOCK_STREAM, 0); int off = 0; R(setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &off, 4)); R(bind(l, (void *)&any, sizeof any)); R(listen(l, 5)); six.sin6_port = four.sin_port = port(l);
    int c = socket(AF_INET, SOCK_STREAM, 0); R(connect(c, (void *)&four, sizeof four)); n = sizeof from; int s = accept(l, (void *)&from, &n); V(s >= 0); V(n); puts(inet_ntop(AF_INET6, &from.sin6_addr, t, sizeof t));
    n = sizeof me; R(getsockname(c, (void *)&me, &n)); V(n); puts(inet_ntoa(me.sin_addr)); R(write(c, "v4", 2)); R(read(s, t, 10)); close(c); close(s);
    c = socket(AF_INET6, SOCK_STREAM, 0); R(connect(c, (void *)&six, sizeof six)); n = sizeof from; s = accept(l, (void *)&from, &n); V(s >= 0); puts(inet_ntop(AF_INET6, &from.sin6_addr, t, sizeof t)); R(write(s, "v6!", 3)); R(read(c, t, 10)); close(c); close(s);
    int d = socket(AF_INET, SOCK_STREAM, 0); R(bind(d, (void *)&four, sizeof four)); close(l);
    l = socket(AF_INET6, SOCK_STREAM, 0); R(setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &one, 4)); any.sin6_port = 0; R(bind(l, (void *)&any, sizeof any)); R(listen(l, 5)); R(setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &off, 4)); four.sin_port = port(l);
    c = socket(AF_INET, SOCK_STREAM, 0); R(connect(c, (void *)&four, sizeof four)); R(bind(d, (void *)&four, sizeof four));
    c = socket(AF_INET6, SOCK_STREAM, 0); R(connect(c, (void *)&four, sizeof four)); R(connect(c, (void *)&six, 8));
    return 0;
}
