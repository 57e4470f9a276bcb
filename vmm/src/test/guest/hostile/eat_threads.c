/* behaviour: makes threads that wait for ever until no more are given, then ends
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
static void *waits(void *p) { for (;;) pause(); return 0; }
int main(void) {
    pthread_attr_t a; pthread_attr_init(&a); pthread_attr_setstacksize(&a, 16384);
    pthread_t t; long n = 0; int e;
    while ((e = pthread_create(&t, &a, waits, 0)) == 0 && n < 100000) n++;
    printf("%s after %s\n", errname(e), n < 100 ? "too few" : n >= 100000 ? "without end" : "some");
    return 0;
}
