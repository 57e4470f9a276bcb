/* behaviour: a blocking write of more than there is room for waits, and a signal ends it with what it has written
   linkages: static pie musl */
#include "guest.h"
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
static int handled, reader, drain;
static char data[300000], into[300000];
static void on_alarm(int s) {
    handled++;
    if (drain) read(reader, into, 50000);
}
static void arm(int flags) {
    struct sigaction a = {.sa_handler = on_alarm, .sa_flags = flags};
    sigaction(SIGALRM, &a, 0);
    /* Again and again, for a machine on which the first comes before the write. */
    struct itimerval t = {.it_value = {0, 60000}, .it_interval = {0, 60000}};
    handled = 0;
    setitimer(ITIMER_REAL, &t, 0);
}
static long disarm(long result) {
    struct itimerval t = {{0, 0}, {0, 0}};
    int e = errno;
    setitimer(ITIMER_REAL, &t, 0);
    errno = e;
    return result;
}
int main(void) {
    int p[2], s[2];
    for (int i = 0; i < (int)sizeof data; i++) data[i] = i * 7 >> 3;
    pipe(p);
    reader = p[0];
    for (int flags = 0; flags <= SA_RESTART; flags += SA_RESTART) {
        arm(flags);
        R(disarm(write(p[1], data, 200000)));
        V(handled > 0);
        long got = 0;
        fcntl(p[0], F_SETFL, O_NONBLOCK);
        while (read(p[0], into + got, 999) > 0) got += 999;
        V(memcmp(into, data, 65536) == 0);
    }
    drain = 1;
    struct iovec v[3] = {{data, 40000}, {data + 40000, 0}, {data + 40000, 100000}};
    arm(0);
    R(disarm(writev(p[1], v, 3)));
    V(handled > 0);
    long left = 0, n;
    while ((n = read(p[0], into, sizeof into)) > 0) left += n;
    V(left <= 15536);
    R(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
    drain = 0;
    arm(SA_RESTART);
    n = disarm(write(s[0], data, sizeof data));
    n = n > 0 ? n + send(s[0], data, sizeof data, MSG_DONTWAIT) : n;
    V(n < (long)sizeof data * 2);
    struct timeval t = {0, 50000};
    R(setsockopt(s[1], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t));
    n = send(s[1], data, sizeof data, 0);
    for (int i = 0; i < 20 && n > 0; i++) n = send(s[1], data, sizeof data, 0);
    V(n);
    V(errno);
    return 0;
}
