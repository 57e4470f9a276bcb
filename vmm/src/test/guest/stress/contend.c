/* behaviour: 64 threads contend for mutexes and pass tokens by conditions until a line of input comes; nothing is lost or counted twice
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#define N 64
static pthread_mutex_t locks[4] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static long under[4], mine[N], tokens = 8, moved, taken[N];
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t some = PTHREAD_COND_INITIALIZER;
static volatile int stop;
static void *work(void *p) {
    long id = (long)p; unsigned long r = id + 1;
    while (!stop) {
        int k = next_random(&r) & 3;
        pthread_mutex_lock(&locks[k]); long before = under[k]; if (next_random(&r) % 64 == 0) sched_yield(); under[k] = before + 1; pthread_mutex_unlock(&locks[k]);
        mine[id]++;
        pthread_mutex_lock(&m);
        while (tokens == 0 && !stop) pthread_cond_wait(&some, &m);
        if (tokens > 0) { tokens--; pthread_mutex_unlock(&m); sched_yield(); pthread_mutex_lock(&m); tokens++; taken[id]++; moved++; pthread_cond_signal(&some); }
        pthread_mutex_unlock(&m);
    }
    return 0;
}
int main(void) {
    pthread_t t[N]; pthread_attr_t a; pthread_attr_init(&a); pthread_attr_setstacksize(&a, 65536);
    for (long i = 0; i < N; i++) NEED(!pthread_create(&t[i], &a, work, (void *)i));
    char line[64]; NEED(read(0, line, 64) > 0);
    stop = 1; pthread_mutex_lock(&m); pthread_cond_broadcast(&some); pthread_mutex_unlock(&m);
    for (int i = 0; i < N; i++) pthread_join(t[i], 0);
    long all = 0, locked = 0, took = 0; for (int i = 0; i < N; i++) { all += mine[i]; took += taken[i]; } for (int k = 0; k < 4; k++) locked += under[k];
    printf("exact %d, tokens %ld, moved %d, some %d\n", all == locked, tokens, took == moved, all > 0);
    return 0;
}
