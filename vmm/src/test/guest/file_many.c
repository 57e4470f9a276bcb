/* behaviour: a descriptor table fills to its limit with EMFILE and is usable again after closing
   linkages: static pie */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
    struct rlimit l = {256, 256}; R(setrlimit(RLIMIT_NOFILE, &l)); int n = 0, fd; while ((fd = open("/dev/null", O_RDONLY)) >= 0) n++; printf("%s\n", errname(errno)); V(n > 240 && n <= 253); R(open("/dev/null", O_RDONLY)); int p[2]; R(pipe(p)); R(dup(0));
    return 0;
}
