/* behaviour: socket pairs carry bytes or datagrams, shut down in halves, and pass flags
   linkages: static pie musl */
#include "guest.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <stddef.h>
int main(void) {
    int s[2]; char b[100] = ""; signal(SIGPIPE, SIG_IGN); R(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s)); V(fcntl(s[0], F_GETFD)); R(write(s[0], "ping", 4)); R(write(s[0], "pong", 4)); R(read(s[1], b, 100)); puts(b); R(send(s[1], "reply", 5, 0)); R(recv(s[0], b, 100, MSG_PEEK)); R(recv(s[0], b, 2, 0)); R(recv(s[0], b, 100, MSG_DONTWAIT)); R(recv(s[0], b, 100, MSG_DONTWAIT)); R(shutdown(s[0], SHUT_WR)); R(read(s[1], b, 1)); R(write(s[0], "x", 1)); R(send(s[0], "x", 1, MSG_NOSIGNAL)); R(write(s[1], "still", 5)); R(read(s[0], b, 100)); R(close(s[1])); R(read(s[0], b, 1)); R(close(s[0]));
    R(socketpair(AF_UNIX, SOCK_DGRAM, 0, s)); R(send(s[0], "one", 3, 0)); R(send(s[0], "three", 5, 0)); memset(b, 0, 100); R(recv(s[1], b, 2, 0)); puts(b); R(recv(s[1], b, 100, 0)); R(recv(s[1], b, 100, MSG_DONTWAIT)); struct iovec v[2] = {{"a", 1}, {"bc", 2}}; struct msghdr m = {.msg_iov = v, .msg_iovlen = 2}; R(sendmsg(s[0], &m, 0)); char c[8] = "", d[8] = ""; struct iovec w[2] = {{c, 2}, {d, 6}}; m.msg_iov = w; R(recvmsg(s[1], &m, 0)); printf("%s %s %d\n", c, d, m.msg_flags); int type; socklen_t n = sizeof type; R(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &type, &n)); V(type);
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "sock"}; int l = socket(AF_UNIX, SOCK_STREAM, 0); R(connect(l, (void *)&a, sizeof a)); R(bind(l, (void *)&a, sizeof a)); R(listen(l, 5)); int k = socket(AF_UNIX, SOCK_STREAM, 0); R(connect(k, (void *)&a, sizeof a)); struct sockaddr_un peer; n = sizeof peer; int f = accept(l, (void *)&peer, &n); V(f >= 0); V(n); R(write(k, "unix", 4)); R(read(f, b, 100)); printf("%.4s\n", b); int z = socket(AF_UNIX, SOCK_STREAM, 0); R(bind(z, (void *)&a, sizeof a)); return 0;
}
