/* behaviour: what one thread ends by (exit_group) is the end of the whole program, spinning and waiting threads too
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
static void *spins(void *p) { for (volatile long i = 0;; i++); return 0; }
static void *waits(void *p) { for (;;) pause(); return 0; }
static void *ends(void *p) { usleep(20000); syscall(SYS_exit_group, 42); return 0; }
int main(void) {
    pthread_t t;
    puts("begun"); fflush(stdout);
    NEED(!pthread_create(&t, 0, spins, 0)); NEED(!pthread_create(&t, 0, waits, 0)); NEED(!pthread_create(&t, 0, ends, 0));
    pthread_join(t, 0);
    puts("not reached");
    return 1;
}
