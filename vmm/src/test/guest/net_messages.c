/* behaviour: sendmmsg, recvmmsg, scattered messages, MSG_WAITALL, MSG_PEEK, MSG_TRUNC and bad message headers
   linkages: static pie musl */
#define _GNU_SOURCE
#include "guest.h"
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

int main(void) {
    int s[2]; char b[8][32] = {{0}}; signal(SIGPIPE, SIG_IGN); socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
    struct iovec o[3] = {{"one", 3}, {"three", 5}, {"", 0}}; struct mmsghdr m[3]; memset(m, 0, sizeof m);
    for (int i = 0; i < 3; i++) { m[i].msg_hdr.msg_iov = o + i; m[i].msg_hdr.msg_iovlen = 1; }
    R(sendmmsg(s[0], m, 3, 0)); V(m[0].msg_len); V(m[1].msg_len);
    struct iovec w[8]; struct mmsghdr r[8]; memset(r, 0, sizeof r); for (int i = 0; i < 8; i++) { w[i] = (struct iovec){b[i], 4}; r[i].msg_hdr.msg_iov = w + i; r[i].msg_hdr.msg_iovlen = 1; }
    R(recvmmsg(s[1], r, 8, MSG_DONTWAIT, 0)); for (int i = 0; i < 3; i++) printf("%u %x %.4s\n", r[i].msg_len, r[i].msg_hdr.msg_flags, b[i]); R(recvmmsg(s[1], r, 8, MSG_DONTWAIT, 0));
    R(send(s[0], "peeked", 6, 0)); R(recv(s[1], b[0], 3, MSG_PEEK)); R(recv(s[1], b[0], 3, MSG_PEEK | MSG_TRUNC)); R(recv(s[1], b[0], 32, 0)); R(send(s[0], "", 0, 0)); R(recv(s[1], b[0], 32, MSG_DONTWAIT));
    socketpair(AF_UNIX, SOCK_STREAM, 0, s); R(send(s[0], "0123456789", 10, 0)); R(recv(s[1], b[0], 4, MSG_WAITALL)); R(recv(s[1], b[0], 32, MSG_WAITALL | MSG_DONTWAIT)); R(send(s[0], "end", 3, 0)); shutdown(s[0], SHUT_WR); R(recv(s[1], b[0], 32, MSG_WAITALL)); R(recv(s[1], b[0], 32, MSG_WAITALL));
    struct msghdr h = {.msg_iov = (void *)8, .msg_iovlen = 1}; R(sendmsg(s[1], &h, 0)); R(recvmsg(s[1], &h, MSG_DONTWAIT)); h.msg_iovlen = 5000; R(sendmsg(s[1], &h, 0)); R(sendmsg(s[1], (void *)8, 0)); R(recvmsg(s[1], (void *)8, 0)); h.msg_iov = o; h.msg_iovlen = 2; R(sendmsg(s[1], &h, MSG_DONTWAIT)); R(recv(s[0], (void *)8, 10, MSG_DONTWAIT)); R(recv(s[0], b[0], 32, MSG_DONTWAIT)); R(send(s[1], (void *)8, 4, 0)); R(send(1, "x", 1, 0)); R(recv(s[0], b[0], 32, MSG_OOB)); R(send(s[1], "x", 1, MSG_OOB | MSG_DONTWAIT) <= 1);
    struct iovec big[2] = {{b, -1L}, {b, 1}}; h.msg_iov = big; R(sendmsg(s[1], &h, 0));
    return 0;
}
