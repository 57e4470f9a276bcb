/* behaviour: process, group and session ids hang together
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    V(getpid() > 0); V(syscall(SYS_gettid) == getpid()); V(getuid() == geteuid()); V(getgid() == getegid()); uid_t a, b, c; R(getresuid(&a, &b, &c)); V(a == b && b == c && a == getuid()); gid_t g, h, i; R(getresgid(&g, &h, &i)); V(g == h && h == i); V(getgroups(0, 0) >= 0); V(getpgid(0) == getpgrp()); V(getpgid(getpid()) == getpgrp()); V(getsid(0) >= 0); R(setuid(getuid())); R(setgid(getgid())); R(getpgid(999999)); R(kill(getpid(), 0)); R(kill(999999, 0)); R(syscall(SYS_tgkill, getpid(), getpid(), 0)); R(syscall(SYS_tgkill, getpid(), 999999, 0)); R(kill(getpid(), 65)); return 0;
}
