/* behaviour: eventfd and timerfd count
   linkages: static pie musl */
#include "guest.h"
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <poll.h>
#include <time.h>
int main(void) {
    uint64_t v = 5, r = 0; int e = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC); NEED(e >= 0); R(write(e, &v, 8)); R(read(e, &r, 8)); V(r); R(read(e, &r, 8)); R(read(e, &r, 4)); R(write(e, &v, 4)); v = -1; R(write(e, &v, 8)); v = -2; R(write(e, &v, 8)); v = 1; R(write(e, &v, 8)); int s = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK); R(read(s, &r, 8)); V(r); R(read(s, &r, 8)); R(read(s, &r, 8)); R(eventfd(0, 0x77));
    int t = timerfd_create(CLOCK_MONOTONIC, 0); struct itimerspec i = {{0, 2000000}, {0, 2000000}}, o; R(timerfd_settime(t, 0, &i, &o)); V(o.it_value.tv_nsec); R(read(t, &r, 8)); V(r >= 1); struct timespec w = {0, 20000000}; nanosleep(&w, 0); R(read(t, &r, 8)); V(r >= 5); R(timerfd_gettime(t, &o)); V(o.it_interval.tv_nsec); i = (struct itimerspec){{0, 0}, {0, 0}}; R(timerfd_settime(t, 0, &i, 0)); fcntl(t, F_SETFL, O_NONBLOCK); R(read(t, &r, 8)); struct timespec now; clock_gettime(CLOCK_REALTIME, &now); int a = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK); i.it_value = (struct timespec){now.tv_sec - 5, 0}; R(timerfd_settime(a, TFD_TIMER_ABSTIME, &i, 0)); struct pollfd due = {a, POLLIN}; R(poll(&due, 1, 10000)); R(read(a, &r, 8)); R(timerfd_create(99, 0)); R(timerfd_create(CLOCK_MONOTONIC, 3)); R(timerfd_settime(e, 0, &i, 0)); i.it_value.tv_nsec = 2000000000; R(timerfd_settime(t, 0, &i, 0)); return 0;
}
