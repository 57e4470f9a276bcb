/* behaviour: a fast timer interrupts thousands of system calls, each at whatever point it is, and none is lost or made twice
   linkages: static */
#include "guest.h"
#include <sys/time.h>
static volatile int n;
static void on(int s) { (void)s; n++; }
int main(void) {
    struct sigaction a = {.sa_handler = on, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &a, 0);
    int fd = open("f", O_CREAT | O_RDWR | O_APPEND, 0600);
    struct itimerval t = {{0, 300}, {0, 300}}, off = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &t, 0);
    for (int i = 0; i < 6000; i++) { char c = 'a' + i % 26; NEED(write(fd, &c, 1) == 1); }
    setitimer(ITIMER_REAL, &off, 0);
    V(n > 3);
    V(lseek(fd, 0, SEEK_END));
    int wrong = 0;
    for (int i = 0; i < 6000; i++) { char c = 0; pread(fd, &c, 1, i); wrong += c != 'a' + i % 26; }
    V(wrong);
    return 0;
}
