/* behaviour: threads meet on mutexes, conditions, barriers, rwlocks, semaphores and spin locks, and count exactly
   linkages: static pie musl
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#define N 12
#define ROUNDS 400
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, recursive;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static sem_t sem;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static long counted, spun, written, onces, deep, turn, leaders;
static volatile long inside, most;
static void first(void) { onces++; }
static void *work(void *arg) {
    long id = (long)arg;
    pthread_once(&once, first);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) __sync_fetch_and_add(&leaders, 1);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex); counted++; pthread_mutex_unlock(&mutex);
        if (i % 4 == 0) { pthread_spin_lock(&spin); spun++; pthread_spin_unlock(&spin); }
        if (i % 8 == 0) { pthread_rwlock_wrlock(&rw); written++; pthread_rwlock_unlock(&rw); }
        else { pthread_rwlock_rdlock(&rw); if (written < 0) abort(); pthread_rwlock_unlock(&rw); }
        if (i % 16 == 0) {
            sem_wait(&sem);
            long now = __sync_add_and_fetch(&inside, 1);
            if (now > 3) most = now;
            sched_yield();
            __sync_sub_and_fetch(&inside, 1);
            sem_post(&sem);
        }
        if (i % 50 == 0) { pthread_mutex_lock(&recursive); pthread_mutex_lock(&recursive); deep++; pthread_mutex_unlock(&recursive); pthread_mutex_unlock(&recursive); }
    }
    pthread_mutex_lock(&mutex);
    while (turn != id) pthread_cond_wait(&cond, &mutex);
    printf("turn %ld\n", id);
    turn++;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
    return (void *)(id * id);
}
int main(void) {
    setvbuf(stdout, 0, _IOFBF, 8192);
    pthread_t t[N];
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr); pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE); pthread_mutex_init(&recursive, &attr);
    pthread_barrier_init(&barrier, 0, N); pthread_spin_init(&spin, 0); sem_init(&sem, 0, 3);
    for (long i = 0; i < N; i++) NEED(pthread_create(&t[i], 0, work, (void *)i) == 0);
    long sum = 0;
    for (int i = 0; i < N; i++) { void *r; NEED(pthread_join(t[i], &r) == 0); sum += (long)r; }
    V(sum); V(counted); V(spun); V(written); V(onces); V(deep); V(leaders); V(most);
    struct timespec soon; clock_gettime(CLOCK_REALTIME, &soon); soon.tv_nsec += 5000000; if (soon.tv_nsec >= 1000000000) { soon.tv_nsec -= 1000000000; soon.tv_sec++; }
    pthread_mutex_lock(&mutex);
    printf("timed wait: %s\n", errname(pthread_cond_timedwait(&cond, &mutex, &soon)));
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < 3; i++) sem_wait(&sem);
    printf("trywait %d %s\n", sem_trywait(&sem), errname(errno));
    return 0;
}
