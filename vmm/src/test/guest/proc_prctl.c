/* behaviour: prctl names the thread, and knows what it does not know
   linkages: static pie musl */
#include "guest.h"
#include <sys/prctl.h>
int main(void) { char n[16] = ""; R(prctl(PR_SET_NAME, "a-name-that-is-too-long")); R(prctl(PR_GET_NAME, n)); puts(n); R(prctl(PR_SET_NAME, 8)); R(prctl(PR_GET_DUMPABLE) >= 0); R(prctl(PR_SET_PDEATHSIG, 0)); R(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); R(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); R(prctl(987654)); char c[32] = ""; int fd = open("/proc/self/comm", O_RDONLY); if (fd >= 0) read(fd, c, 31); printf("%s", c); return 0; }
