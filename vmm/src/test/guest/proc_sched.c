/* behaviour: scheduling questions have plausible answers
   linkages: static pie */
#include "guest.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/times.h>
int main(void) { R(sched_yield()); cpu_set_t set; R(sched_getaffinity(0, sizeof set, &set)); V(CPU_COUNT(&set) > 0); unsigned cpu = 99999, node; R(syscall(SYS_getcpu, &cpu, &node, 0)); V(cpu < 99999); R(sched_getscheduler(0)); errno = 0; V(getpriority(PRIO_PROCESS, 0) >= -20); struct tms t; V(times(&t) != -1); V(sched_getaffinity(0, 0, &set) == -1 && errno == EINVAL); R(sched_get_priority_max(SCHED_FIFO)); R(sched_get_priority_min(SCHED_OTHER)); return 0; }
