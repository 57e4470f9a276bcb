/* behaviour: uname is a Linux of this machine and a version glibc accepts
   linkages: static pie musl */
#include "guest.h"
#include <sys/utsname.h>
#include <sys/sysinfo.h>
int main(void) { struct utsname u; R(uname(&u)); puts(u.sysname); puts(u.machine); V(atoi(u.release) >= 4); V(strlen(u.version) > 0); V(strlen(u.nodename) > 0); char name[65]; R(gethostname(name, 65)); V(strcmp(name, u.nodename)); R(uname((void *)8)); struct sysinfo s; R(sysinfo(&s)); V(s.totalram > 0); V(s.freeram <= s.totalram); V(s.uptime >= 0); return 0; }
