/* behaviour: poll, ppoll, select and pselect see what is ready
   linkages: static pie musl */
#include "guest.h"
#include <poll.h>
#include <sys/select.h>
int main(void) {
    int p[2], q[2]; pipe(p); pipe(q); put("f", "x"); int file = open("f", O_RDWR); struct pollfd f[5] = {{p[0], POLLIN, 0}, {p[1], POLLOUT | POLLIN, 0}, {file, POLLIN | POLLOUT | POLLPRI, 0}, {-1, POLLIN, 9}, {99, POLLIN, 0}}; R(poll(f, 5, 1000)); for (int i = 0; i < 5; i++) printf("%x ", f[i].revents); puts(""); write(p[1], "x", 1); R(poll(f, 2, -1)); printf("%x %x\n", f[0].revents, f[1].revents); R(poll(f, 0, 1)); R(poll((void *)8, 1, 0)); struct timespec t = {0, 0}; R(ppoll(f, 1, &t, 0)); t.tv_nsec = -1; R(ppoll(f, 1, &t, 0)); f[0].events = 0; R(poll(f, 1, 0));
    fd_set r, w, e; FD_ZERO(&r); FD_ZERO(&w); FD_ZERO(&e); FD_SET(p[0], &r); FD_SET(q[0], &r); FD_SET(q[1], &w); FD_SET(file, &r); FD_SET(file, &e); struct timeval v = {5, 0}; R(select(32, &r, &w, &e, &v)); V(FD_ISSET(p[0], &r)); V(FD_ISSET(q[0], &r)); V(FD_ISSET(q[1], &w)); V(FD_ISSET(file, &r)); V(FD_ISSET(file, &e)); V(v.tv_sec >= 4); FD_ZERO(&r); FD_SET(40, &r); R(select(41, &r, 0, 0, &v)); FD_ZERO(&r); FD_SET(q[0], &r); v = (struct timeval){0, 3000}; R(select(32, &r, 0, 0, &v)); V(FD_ISSET(q[0], &r)); R(select(-1, &r, 0, 0, &v)); t = (struct timespec){0, 1000000}; R(pselect(0, 0, 0, 0, &t, 0)); v.tv_usec = -5; R(select(0, 0, 0, 0, &v)); close(q[1]); FD_SET(q[0], &r); R(select(32, &r, 0, 0, 0)); return 0;
}
