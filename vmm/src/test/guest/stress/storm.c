/* behaviour: threads send each other signals, standard and queued, into calculations, waits and system calls, until a line of input comes; no queued one is lost
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#define N 12
static pthread_t t[N]; static volatile int stop, ready; static long sent, handled, bad;
static pthread_barrier_t done;
static void on(int s, siginfo_t *i, void *c) { if (s == SIGRTMIN + 5) __sync_add_and_fetch(&handled, 1); }
static void *work(void *p) {
    long id = (long)p; unsigned long r = id * 77 + 1; char b[8];
    while (!ready) sched_yield();
    while (!stop) {
        double x = 1.0 + id; for (int i = 0; i < 2000; i++) x = x * 1.0000001 + 0.5; double y = 1.0 + id; for (int i = 0; i < 2000; i++) y = y * 1.0000001 + 0.5;
        if (x != y) bad++;
        union sigval v = {.sival_int = (int)id};
        if (pthread_sigqueue(t[next_random(&r) % N], SIGRTMIN + 5, v) == 0) __sync_add_and_fetch(&sent, 1);
        pthread_kill(t[next_random(&r) % N], next_random(&r) & 1 ? SIGUSR1 : SIGUSR2);
        if (next_random(&r) % 8 == 0) usleep(500);
        if (next_random(&r) % 16 == 0) { struct timespec z = {0, 200000}; nanosleep(&z, 0); }
    }
    pthread_barrier_wait(&done);
    usleep(20000);
    return 0;
}
int main(void) {
    struct sigaction sa = {.sa_sigaction = on, .sa_flags = SA_SIGINFO | SA_RESTART}; sigaction(SIGUSR1, &sa, 0); sigaction(SIGUSR2, &sa, 0); sigaction(SIGRTMIN + 5, &sa, 0);
    pthread_barrier_init(&done, 0, N);
    for (long i = 0; i < N; i++) NEED(!pthread_create(&t[i], 0, work, (void *)i));
    ready = 1;
    char line[64]; NEED(read(0, line, 64) > 0);
    stop = 1;
    for (int i = 0; i < N; i++) pthread_join(t[i], 0);
    printf("queued ones %s, some %d, wrong %ld\n", sent == handled ? "all came" : "were lost", sent > 0, bad);
    if (sent != handled) printf("%ld %ld\n", sent, handled);
    return 0;
}
