/* behaviour: the loopback interface as getifaddrs, ioctls and netlink tell of it, and questions without an answer
   linkages: static pie */
#include "guest.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void listed(void) {
    struct ifaddrs *all, *i;
    char t[64];
    R(getifaddrs(&all));
    for (i = all; i; i = i->ifa_next) {
        if (strcmp(i->ifa_name, "lo") || !i->ifa_addr) continue;
        printf("lo family %d flags %x", i->ifa_addr->sa_family, i->ifa_flags & (IFF_UP | IFF_LOOPBACK | IFF_RUNNING | IFF_BROADCAST));
        if (i->ifa_addr->sa_family == AF_INET) {
            printf(" %s", inet_ntop(AF_INET, &((struct sockaddr_in *)i->ifa_addr)->sin_addr, t, sizeof t));
            printf(" %s", inet_ntop(AF_INET, &((struct sockaddr_in *)i->ifa_netmask)->sin_addr, t, sizeof t));
        } else if (i->ifa_addr->sa_family == AF_INET6) {
            printf(" %s", inet_ntop(AF_INET6, &((struct sockaddr_in6 *)i->ifa_addr)->sin6_addr, t, sizeof t));
            printf(" %s", inet_ntop(AF_INET6, &((struct sockaddr_in6 *)i->ifa_netmask)->sin6_addr, t, sizeof t));
        }
        puts("");
    }
    freeifaddrs(all);
}

static void asked(void) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq r[32];
    struct ifconf c = {.ifc_len = sizeof r, .ifc_req = r};
    R(ioctl(s, SIOCGIFCONF, &c));
    V(c.ifc_len % sizeof *r);
    for (int i = 0; i < c.ifc_len / (int)sizeof *r; i++)
        if (!strcmp(r[i].ifr_name, "lo")) puts(inet_ntoa(((struct sockaddr_in *)&r[i].ifr_addr)->sin_addr));
    c.ifc_len = 0;
    c.ifc_req = 0;
    R(ioctl(s, SIOCGIFCONF, &c));
    V(c.ifc_len >= (int)sizeof *r);
    c.ifc_len = 10;
    c.ifc_req = r;
    R(ioctl(s, SIOCGIFCONF, &c));
    V(c.ifc_len);
    struct ifreq lo;
    memset(&lo, 0, sizeof lo);
    strcpy(lo.ifr_name, "lo");
    R(ioctl(s, SIOCGIFFLAGS, &lo));
    V(lo.ifr_flags);
    R(ioctl(s, SIOCGIFMTU, &lo));
    V(lo.ifr_mtu);
    R(ioctl(s, SIOCGIFINDEX, &lo));
    V(lo.ifr_ifindex);
    R(ioctl(s, SIOCGIFNETMASK, &lo));
    puts(inet_ntoa(((struct sockaddr_in *)&lo.ifr_netmask)->sin_addr));
    R(ioctl(s, SIOCGIFADDR, &lo));
    puts(inet_ntoa(((struct sockaddr_in *)&lo.ifr_addr)->sin_addr));
    R(ioctl(s, SIOCGIFHWADDR, &lo));
    V(lo.ifr_hwaddr.sa_family);
    strcpy(lo.ifr_name, "nope0");
    R(ioctl(s, SIOCGIFFLAGS, &lo));
    R(ioctl(s, SIOCGIFINDEX, &lo));
    lo.ifr_ifindex = 99;
    R(ioctl(s, SIOCGIFNAME, &lo));
    R(ioctl(s, SIOCGIFCONF, 8));
    R(if_nametoindex("lo"));
    V(if_nametoindex("nope0"));
    char name[IF_NAMESIZE];
    puts(if_indextoname(1, name));
    close(s);
}

static int told(int s, char *b, int size) {
    struct sockaddr_nl from;
    socklen_t n = sizeof from;
    int got = recvfrom(s, b, size, MSG_DONTWAIT, (void *)&from, &n);
    if (got > 0) printf("from family %d port %d length %d\n", from.nl_family, from.nl_pid, (int)n);
    return got;
}

static void netlink(void) {
    static char b[65536];
    int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    V(s >= 0);
    struct sockaddr_nl me = {.nl_family = AF_NETLINK}, kernel = {.nl_family = AF_NETLINK};
    socklen_t n = sizeof me;
    R(bind(s, (void *)&me, sizeof me));
    R(getsockname(s, (void *)&me, &n));
    V(n);
    V(me.nl_pid != 0);
    R(told(s, b, sizeof b));
    struct { struct nlmsghdr h; struct rtgenmsg g; } q = {{.nlmsg_len = sizeof q, .nlmsg_type = RTM_GETADDR, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = 77}, {AF_INET}};
    R(sendto(s, &q, sizeof q, 0, (void *)&kernel, sizeof kernel));
    int seen = 0, done = 0;
    while (!done && (n = told(s, b, sizeof b)) > 0)
        for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
            if (h->nlmsg_seq != 77 || h->nlmsg_pid != me.nl_pid) puts("wrong");
            done |= h->nlmsg_type == NLMSG_DONE;
            struct ifaddrmsg *a = NLMSG_DATA(h);
            if (h->nlmsg_type == RTM_NEWADDR && a->ifa_index == 1) printf("address %d/%d scope %d flags %x\n", a->ifa_family, a->ifa_prefixlen, a->ifa_scope, a->ifa_flags), seen++;
        }
    V(seen);
    V(done);
    struct { struct nlmsghdr h; struct ifinfomsg i; } l = {{.nlmsg_len = sizeof l, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = 78}, {.ifi_index = 1}};
    R(send(s, &l, sizeof l, 0));
    V(told(s, b, sizeof b) > 0);
    struct nlmsghdr *h = (void *)b;
    V(h->nlmsg_type);
    V(h->nlmsg_flags);
    V(((struct ifinfomsg *)NLMSG_DATA(h))->ifi_flags & (IFF_UP | IFF_LOOPBACK));
    l.i.ifi_index = 9999;
    R(send(s, &l, sizeof l, 0));
    R(told(s, b, sizeof b));
    V(h->nlmsg_type);
    V(((struct nlmsgerr *)NLMSG_DATA(h))->error);
    R(bind(s, (void *)&me, sizeof me));
    R(bind(s, (void *)&me, 4));
    R(listen(s, 1));
    R(shutdown(s, SHUT_RD));
    R(close(s));
    R(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE));
    R(socket(AF_NETLINK, SOCK_RAW, 31));
}

int main(void) {
    listed();
    asked();
    netlink();
    return 0;
}
