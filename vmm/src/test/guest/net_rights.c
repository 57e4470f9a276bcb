/* behaviour: descriptors travel in messages over AF_UNIX: used, cut off, refused, kept from a plain reader
   linkages: static pie musl */
#include "guest.h"
#include <sys/socket.h>
#include <sys/uio.h>
static char control[4096] __attribute__((aligned(8)));
static int post(int s, const char *text, int *fds, int count, int flags) {
    struct iovec v = {(void *)text, strlen(text)};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(count * 4)};
    memset(control, 0, sizeof control);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(count * 4);
    memcpy(CMSG_DATA(c), fds, count * 4);
    return sendmsg(s, &m, flags | MSG_NOSIGNAL);
}
static int get(int s, int room, int flags, int *fds) {
    static char b[64];
    struct iovec v = {b, sizeof b};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
    memset(control, 0, sizeof control);
    memset(b, 0, sizeof b);
    int n = recvmsg(s, &m, flags | MSG_DONTWAIT), count = 0;
    if (n < 0) { printf("nothing: %s\n", errname(errno)); return -1; }
    printf("%d \"%s\" flags %x control %d:", n, b, m.msg_flags, (int)m.msg_controllen);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
        printf(" level %d type %d length %d", c->cmsg_level, c->cmsg_type, (int)c->cmsg_len);
        for (int i = 0; i < (int)(c->cmsg_len - CMSG_LEN(0)) / 4; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + 4 * i, 4);
            printf(" %d%s", fd, fcntl(fd, F_GETFD) == FD_CLOEXEC ? "c" : "");
            fds[count++] = fd;
        }
    }
    puts("");
    return count;
}
int main(void) {
    int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    for (int t = 0; t < 3; t++) {
        int s[2], p[2], got[300], two[2];
        char b[32];
        printf("type %d\n", types[t]);
        R(socketpair(AF_UNIX, types[t], 0, s));
        R(pipe(p));
        R(post(s[0], "write", p + 1, 1, 0));
        close(p[1]);
        V(get(s[1], sizeof control, MSG_CMSG_CLOEXEC, got));
        R(write(got[0], "through", 7));
        R(read(p[0], b, 32));
        close(got[0]);
        R(read(p[0], b, 32));
        two[0] = p[0], two[1] = s[0];
        R(post(s[0], "two", two, 2, 0));
        R(send(s[0], "after", 5, 0));
        V(get(s[1], CMSG_SPACE(4) - 4, 0, got));
        V(get(s[1], sizeof control, 0, got + 1));
        close(got[0]);
        R(post(s[0], "none wanted", two, 2, 0));
        R(recv(s[1], b, 32, 0));
        R(post(s[0], "no room", two, 2, 0));
        V(get(s[1], 0, 0, got));
        R(post(s[0], "before", two, 1, 0));
        R(post(s[0], "behind", two + 1, 1, 0));
        V(get(s[1], sizeof control, 0, got));
        V(get(s[1], sizeof control, 0, got + 1));
        close(got[0]), close(got[1]);
        two[1] = 99;
        R(post(s[0], "bad", two, 2, 0));
        for (int i = 0; i < 300; i++) got[i] = p[0];
        R(post(s[0], "many", got, 254, 0));
        R(post(s[0], "most", got, 253, 0));
        V(get(s[1], sizeof control, 0, got) == 253);
        for (int i = 0; i < 253; i++) close(got[i]);
        pipe(got);
        R(post(s[0], "lost", got + 1, 1, 0));
        close(got[1]);
        R(close(s[1]));
        R(read(got[0], b, 1));
        R(post(s[0], "closed", p, 1, 0) < 0);
        close(s[0]), close(p[0]), close(got[0]);
    }
    return 0;
}
