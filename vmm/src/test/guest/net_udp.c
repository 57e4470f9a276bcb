/* behaviour: UDP over loopback keeps datagrams and their senders
   linkages: static pie musl */
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
int main(void) { int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0); struct sockaddr_in x = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, y = x, from; socklen_t n = sizeof x; R(bind(a, (void *)&x, sizeof x)); R(bind(b, (void *)&y, sizeof y)); getsockname(a, (void *)&x, &n); n = sizeof y; getsockname(b, (void *)&y, &n); char t[100]; R(recvfrom(b, t, 100, 0, 0, 0)); R(sendto(a, "first", 5, 0, (void *)&y, sizeof y)); R(sendto(a, "second!", 7, 0, (void *)&y, sizeof y)); n = sizeof from; R(recvfrom(b, t, 3, 0, (void *)&from, &n)); V(from.sin_port == x.sin_port); V(n); R(recvfrom(b, t, 100, 0, 0, 0)); printf("%.7s\n", t); R(recv(b, t, 100, 0)); R(connect(a, (void *)&y, sizeof y)); R(send(a, "connected", 9, 0)); R(recv(b, t, 100, 0)); R(send(a, "", 0, 0)); R(recv(b, t, 100, 0)); R(send(b, "x", 1, 0)); R(sendto(a, t, 5, 0, (void *)&y, 3)); static char big[70000]; R(send(a, big, 70000, 0)); return 0; }
