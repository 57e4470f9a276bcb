/* behaviour: resource limits can be read, lowered and not raised beyond what is hard
   linkages: static pie musl */
#include "guest.h"
#include <sys/resource.h>
int main(void) { struct rlimit l; R(getrlimit(RLIMIT_NOFILE, &l)); V(l.rlim_cur >= 256); R(getrlimit(RLIMIT_STACK, &l)); V((long)l.rlim_cur); R(getrlimit(RLIMIT_AS, &l)); V(l.rlim_cur == RLIM_INFINITY); l = (struct rlimit){100, 200}; R(setrlimit(RLIMIT_NOFILE, &l)); R(getrlimit(RLIMIT_NOFILE, &l)); V(l.rlim_cur); V(l.rlim_max); l.rlim_cur = 300; R(setrlimit(RLIMIT_NOFILE, &l)); R(getrlimit(99, &l)); R(getrlimit(RLIMIT_CPU, (void *)8)); struct rlimit o; R(prlimit(0, RLIMIT_NOFILE, 0, &o)); V(o.rlim_cur); l = (struct rlimit){0, 0}; R(setrlimit(RLIMIT_CORE, &l)); R(getrlimit(RLIMIT_CORE, &l)); V(l.rlim_cur); struct rusage u; R(getrusage(RUSAGE_SELF, &u)); V(u.ru_maxrss > 0); R(getrusage(77, &u)); return 0; }
