/* behaviour: addresses are parsed and localhost is found
   linkages: pie musl */
#include "guest.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
int main(void) { struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *r = 0; V(getaddrinfo("localhost", "8080", &hints, &r)); if (r) { struct sockaddr_in *a = (void *)r->ai_addr; printf("%s %d\n", inet_ntoa(a->sin_addr), ntohs(a->sin_port)); } V(getaddrinfo("127.0.0.1", "80", &hints, &r)); hints.ai_flags = AI_NUMERICHOST; V(getaddrinfo("no.such.name", "80", &hints, &r) != 0); char t[64]; struct in6_addr six; V(inet_pton(AF_INET6, "fe80::1:2", &six)); puts(inet_ntop(AF_INET6, &six, t, 64)); V(inet_pton(AF_INET, "1.2.3", &six)); return 0; }
