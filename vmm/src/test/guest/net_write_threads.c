/* behaviour: one blocking write of megabytes goes through a pipe, a socket pair and TCP whole while another thread reads
   flags: -lpthread
   linkages: static pie musl */
#include "guest.h"
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>
enum { SIZE = 5 << 20 };
static char out[SIZE], in[SIZE];
static void *reads(void *fd) {
    long got = 0, n;
    while ((n = read(*(int *)fd, in + got, SIZE - got < 70001 ? SIZE - got : 70001)) > 0) got += n;
    return (void *)got;
}
static void check(const char *what, int from, int to, int how) {
    pthread_t t;
    void *got;
    memset(in, 0, SIZE);
    pthread_create(&t, 0, reads, &from);
    struct iovec v[2] = {{out, SIZE / 3}, {out + SIZE / 3, SIZE - SIZE / 3}};
    struct msghdr m = {.msg_iov = v, .msg_iovlen = 2};
    long n = how == 0 ? write(to, out, SIZE) : how == 1 ? writev(to, v, 2) : how == 2 ? send(to, out, SIZE, 0) : sendmsg(to, &m, 0);
    close(to);
    pthread_join(t, &got);
    printf("%s %d: %ld written, %ld read, %s\n", what, how, n, (long)got, memcmp(in, out, SIZE) ? "different" : "same");
    close(from);
}
int main(void) {
    int p[2];
    for (int i = 0; i < SIZE; i++) out[i] = i * 2654435761u >> 11;
    for (int how = 0; how < 2; how++) pipe(p), check("pipe", p[0], p[1], how);
    for (int how = 0; how < 4; how++) socketpair(AF_UNIX, SOCK_STREAM, 0, p), check("unix", p[0], p[1], how);
    for (int how = 0; how < 4; how++) {
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t n = sizeof a;
        int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
        bind(l, (void *)&a, sizeof a), listen(l, 1), getsockname(l, (void *)&a, &n), connect(c, (void *)&a, n);
        check("tcp", accept(l, 0, 0), c, how);
        close(l);
    }
    return 0;
}
