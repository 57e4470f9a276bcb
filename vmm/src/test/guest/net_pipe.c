/* behaviour: pipes keep order, fill, report EAGAIN, EPIPE and end of file
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
#include <poll.h>
#include <sys/ioctl.h>
int main(void) {
    int p[2]; char b[70000]; R(pipe(p)); R(write(p[1], "hello", 5)); int n; R(ioctl(p[0], FIONREAD, &n)); V(n); R(read(p[0], b, 3)); R(read(p[0], b, 100)); fcntl(p[0], F_SETFL, O_NONBLOCK); R(read(p[0], b, 1)); fcntl(p[1], F_SETFL, O_NONBLOCK); memset(b, 'x', sizeof b); R(write(p[1], b, 70000)); R(write(p[1], b, 1)); R(write(p[1], b, 5000)); struct pollfd f[2] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}}; R(poll(f, 2, 0)); V(f[0].revents); V(f[1].revents); R(read(p[0], b, 4096)); R(write(p[1], b, 4096)); R(poll(f, 2, 0)); long total = 0, k; while ((k = read(p[0], b, 7777)) > 0) total += k; V(total); R(close(p[1])); R(read(p[0], b, 1)); R(poll(f, 1, 0)); V(f[0].revents);
    signal(SIGPIPE, SIG_IGN); pipe2(p, O_CLOEXEC | O_NONBLOCK); V(fcntl(p[0], F_GETFD)); V(fcntl(p[1], F_GETFL) & O_NONBLOCK); R(close(p[0])); R(write(p[1], "x", 1)); f[1].fd = p[1]; R(poll(f + 1, 1, 0)); V(f[1].revents); R(write(p[1], (void *)8, 1) < 0); return 0;
}
