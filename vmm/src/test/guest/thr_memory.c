/* behaviour: what one thread does to mappings holds for all threads as soon as the call is over, and faults of many at once are all served
   linkages: static pie
   flags: -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#define PAGES 256
#define WORKERS 4
static volatile long *page; static volatile int stop, phase; static volatile long faults;
static __thread sigjmp_buf back;
static void on_fault(int sig) { (void)sig; __atomic_add_fetch(&faults, 1, __ATOMIC_SEQ_CST); sched_yield(); siglongjmp(back, 1); }
static void *writer(void *x) { long i = (long)x; while (!stop) { if (!sigsetjmp(back, 1)) while (!stop) { page[i]++; for (volatile int k = 0; k < 50; k++); } } return 0; }
static char *storm; static long sums[WORKERS];
static void *toucher(void *x) { long me = (long)x, sum = 0; for (int round = 0; round < 2; round++) for (int p = 0; p < PAGES; p++) { int at = (p * 7 + me * 13) % PAGES; __atomic_add_fetch(&storm[at * 4096L + me], 1, __ATOMIC_SEQ_CST); sum += storm[at * 4096L + 100]; } sums[me] = sum; return 0; }
static volatile int x, y, r1, r2; static volatile int go, turn;
static void *light(void *unused) { for (int i = 1; i <= 30; i++) { while (turn < i) sched_yield(); x = 1; __asm__ volatile("" ::: "memory"); r1 = y; __atomic_store_n(&go, i, __ATOMIC_SEQ_CST); } return 0; }
int main(void) {
    struct sigaction act = {.sa_handler = on_fault, .sa_flags = SA_NODEFER}; sigaction(SIGSEGV, &act, 0); sigaction(SIGBUS, &act, 0);
    pthread_t t[WORKERS];
    storm = mmap(0, PAGES * 4096L, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (long i = 0; i < WORKERS; i++) pthread_create(&t[i], 0, toucher, (void *)i);
    for (int i = 0; i < WORKERS; i++) pthread_join(t[i], 0);
    long sum = 0, wrong = 0; for (int p = 0; p < PAGES; p++) for (int i = 0; i < WORKERS; i++) wrong += storm[p * 4096L + i] != 2; for (int i = 0; i < WORKERS; i++) sum += sums[i]; V(wrong); V(sum);

    page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); memset((void *)page, 0, 4096);
    for (long i = 0; i < WORKERS; i++) pthread_create(&t[i], 0, writer, (void *)i);
    wrong = 0; long seen[WORKERS];
    for (int round = 0; round < 8; round++) {
        NEED(!mprotect((void *)page, 4096, PROT_READ)); for (int i = 0; i < WORKERS; i++) seen[i] = page[i]; for (int k = 0; k < 3; k++) sched_yield(); for (int i = 0; i < WORKERS; i++) wrong += page[i] != seen[i];
        NEED(!mprotect((void *)page, 4096, PROT_READ | PROT_WRITE)); for (int k = 0; k < 3; k++) sched_yield();
    }
    V(wrong);
    for (int round = 0; round < 8; round++) {
        NEED(mmap((void *)page, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (void *)page); for (int k = 0; k < 3; k++) sched_yield(); for (int i = 0; i < WORKERS; i++) wrong += page[i] != 0;
        NEED(!mprotect((void *)page, 4096, PROT_READ | PROT_WRITE)); for (int k = 0; k < 3; k++) sched_yield();
    }
    V(wrong);
    /* Frames that go from one mapping to the next: what writers still wrote after munmap would show in the new one. */
    for (int round = 0; round < 8; round++) {
        NEED(!munmap((void *)page, 4096)); char *fresh = mmap(0, 64 * 4096L, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0); for (int k = 0; k < 3; k++) sched_yield();
        if (fresh <= (char *)page && (char *)page < fresh + 64 * 4096L) wrong += 0; else for (long at = 0; at < 64 * 4096L; at += 8) wrong += *(long *)(fresh + at) != 0;
        munmap(fresh, 64 * 4096L); mmap((void *)page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); for (int k = 0; k < 3; k++) sched_yield();
    }
    V(wrong);
    char *to = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int round = 0; round < 4; round++) {
        NEED(mremap((void *)page, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to); volatile long *moved = (long *)to; for (int i = 0; i < WORKERS; i++) seen[i] = moved[i]; for (int k = 0; k < 3; k++) sched_yield(); for (int i = 0; i < WORKERS; i++) wrong += moved[i] != seen[i];
        NEED(mremap(to, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)page) == (void *)page); for (int k = 0; k < 3; k++) sched_yield(); to = mmap(to, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
    V(wrong); (void)faults; /* whether one came in time is chance */
    for (int round = 0; round < 8; round++) { NEED(!mprotect((void *)page, 4096, PROT_READ)); NEED(!madvise((void *)page, 4096, MADV_DONTNEED)); for (int i = 0; i < WORKERS; i++) wrong += page[i] != 0; NEED(!mprotect((void *)page, 4096, PROT_READ | PROT_WRITE)); sched_yield(); }
    V(wrong); stop = 1; for (int i = 0; i < WORKERS; i++) pthread_join(t[i], 0);

    NEED(!syscall(SYS_membarrier, 16, 0, 0)); pthread_create(t, 0, light, 0); wrong = 0;
    for (int i = 1; i <= 30; i++) { x = y = 0; r1 = r2 = -1; __atomic_store_n(&turn, i, __ATOMIC_SEQ_CST); y = 1; NEED(!syscall(SYS_membarrier, 8, 0, 0)); r2 = x; while (__atomic_load_n(&go, __ATOMIC_SEQ_CST) < i) sched_yield(); wrong += r1 == 0 && r2 == 0; }
    V(wrong); pthread_join(t[0], 0);
    return 0;
}
