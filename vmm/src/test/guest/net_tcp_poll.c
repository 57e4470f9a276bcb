/* behaviour: a server and a client in one process exchange megabytes over non-blocking TCP with poll and epoll
   linkages: static pie musl */
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { TOTAL = 12 << 20 };
static char out[1 << 16], in[1 << 16];

static int pair(int *server, int *client) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bind(l, (void *)&a, sizeof a);
    listen(l, 1);
    getsockname(l, (void *)&a, &n);
    *client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    R(connect(*client, (void *)&a, sizeof a));
    struct pollfd f[2] = {{l, POLLIN, 0}, {*client, POLLOUT, 0}};
    while (poll(f, 2, 5000) < 2) { }
    V(f[0].revents);
    V(f[1].revents);
    R(connect(*client, (void *)&a, sizeof a));
    R(connect(*client, (void *)&a, sizeof a));
    *server = accept4(l, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
    V(fcntl(*server, F_GETFD));
    V(fcntl(*server, F_GETFL) & O_NONBLOCK);
    R(accept(l, 0, 0));
    close(l);
    return 0;
}

int main(void) {
    int s, c;
    signal(SIGPIPE, SIG_IGN);
    pair(&s, &c);
    unsigned sum = 0, back = 0;
    long sent = 0, got = 0, full = 0;
    struct pollfd f[2] = {{s, POLLOUT, 0}, {c, POLLIN, 0}};
    while (got < TOTAL) {
        f[0].events = sent < TOTAL ? POLLOUT : 0;
        if (poll(f, 2, 5000) <= 0) { puts("stuck"); return 1; }
        while (sent < TOTAL) {
            long n = TOTAL - sent < (long)sizeof out ? TOTAL - sent : (long)sizeof out;
            for (long i = 0; i < n; i++) out[i] = (sent + i) * 2654435761u >> 13;
            long k = send(s, out, n, 0);
            if (k < 0) { full += errno == EAGAIN; break; }
            for (long i = 0; i < k; i++) sum = sum * 31 + out[i];
            sent += k;
        }
        for (int turn = 0; turn < 5; turn++) {
            struct iovec v[3] = {{in, 1000}, {in + 1000, 0}, {in + 1000, 40000}};
            long k = readv(c, v, 3);
            if (k <= 0) break;
            for (long i = 0; i < k; i++) back = back * 31 + in[i];
            got += k;
        }
    }
    V(sum == back); V(full > 0); V(got);

    /* the same over edge-triggered epoll: no event may be lost */
    int e = epoll_create1(0);
    struct epoll_event v = {EPOLLOUT | EPOLLET, {.fd = c}}, ev[4];
    epoll_ctl(e, EPOLL_CTL_ADD, c, &v);
    v = (struct epoll_event){EPOLLIN | EPOLLRDHUP | EPOLLET, {.fd = s}};
    epoll_ctl(e, EPOLL_CTL_ADD, s, &v);
    sent = got = 0;
    int ended = 0, hup = 0;
    while (!ended) {
        int n = epoll_wait(e, ev, 4, 5000);
        if (n <= 0) { puts("stuck"); return 1; }
        for (int i = 0; i < n; i++) {
            long k;
            if (ev[i].data.fd == c) {
                while (sent < TOTAL && (k = send(c, out, sizeof out, 0)) > 0) sent += k;
                if (sent >= TOTAL && !hup) { hup = 1; shutdown(c, SHUT_WR); }
            } else {
                while ((k = recv(s, in, 5000, 0)) > 0) got += k;
                ended = k == 0;
            }
        }
    }
    V(sent == got);
    int unread = 1;
    R(ioctl(s, FIONREAD, &unread)); V(unread);
    R(write(s, "tail", 4)); R(ioctl(c, FIONREAD, &unread)); V(unread);
    /* closing with bytes unread resets the other side */
    R(close(c)); f[0].events = POLLIN; R(poll(f, 1, 1000)); V(f[0].revents);
    R(recv(s, in, 10, 0)); R(recv(s, in, 10, 0)); R(send(s, "x", 1, 0)); R(close(s));
    return 0;
}
