/* behaviour: futex(2) waits, wakes, times out, requeues, selects by bits and changes words as Linux does
   linkages: static pie
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>
static int a, b, woken_at[8], done;
static long fu(int *u, int op, int val, const void *t, int *u2, int val3) { return syscall(SYS_futex, u, op, val, t, u2, val3); }
static int waiting;
struct how { int id, op, bits; };
static void *waiter(void *p) {
    struct how *h = p;
    __sync_add_and_fetch(&waiting, 1);
    long r = fu(&a, h->op, 0, 0, 0, h->bits);
    woken_at[h->id] = r == 0 ? 1 : -errno;
    __sync_add_and_fetch(&done, 1);
    return 0;
}
static struct how hows[8];
static pthread_t threads[8];
static void start(int n, int op, int bits0) {
    waiting = done = 0; memset(woken_at, 0, sizeof woken_at);
    for (int i = 0; i < n; i++) { hows[i] = (struct how){i, op, bits0 ? bits0 << i : 0}; NEED(!pthread_create(&threads[i], 0, waiter, &hows[i])); }
    while (__atomic_load_n(&waiting, __ATOMIC_SEQ_CST) < n) sched_yield();
    usleep(100000);
}
static void until(int n) { while (__atomic_load_n(&done, __ATOMIC_SEQ_CST) < n) usleep(1000); }
static void end(int n) { for (int i = 0; i < n; i++) pthread_join(threads[i], 0); }
int main(void) {
    setvbuf(stdout, 0, _IOFBF, 8192);
    struct timespec ms20 = {0, 20000000}, bad = {0, 2000000000};
    R(fu(&a, FUTEX_WAIT, 1, 0, 0, 0));
    R(fu(&a, FUTEX_WAIT, 0, &ms20, 0, 0));
    R(fu(&a, FUTEX_WAIT, 0, &bad, 0, 0));
    R(fu((int *)((char *)&a + 1), FUTEX_WAKE, 1, 0, 0, 0));
    R(fu(0, FUTEX_WAIT, 0, &ms20, 0, 0));
    R(fu((int *)16, FUTEX_WAKE, 1, 0, 0, 0));
    R(fu((int *)16, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0));
    R(fu(&a, FUTEX_WAIT_BITSET, 0, 0, 0, 0));
    R(fu(&a, FUTEX_WAKE_BITSET, 1, 0, 0, 0));
    R(fu(&a, 77, 0, 0, 0, 0));
    R(fu(&a, FUTEX_WAKE, 5, 0, 0, 0));
    start(5, FUTEX_WAIT, 0);
    R(fu(&a, FUTEX_WAKE, 2, 0, 0, 0)); until(2); usleep(20000); V(done);
    R(fu(&a, FUTEX_WAKE, 100, 0, 0, 0)); until(5); end(5); V(done);
    start(5, FUTEX_WAIT_BITSET_PRIVATE, 1);
    R(fu(&a, FUTEX_WAKE_BITSET_PRIVATE, 10, 0, 0, 0x12)); until(2); usleep(20000);
    for (int i = 0; i < 5; i++) printf("%d ", woken_at[i]); puts("");
    R(fu(&a, FUTEX_WAKE_BITSET_PRIVATE, 10, 0, 0, -1)); until(5); end(5);
    start(6, FUTEX_WAIT, 0);
    R(fu(&a, FUTEX_CMP_REQUEUE, 1, (void *)3, &b, 9));
    R(fu(&a, FUTEX_CMP_REQUEUE, 1, (void *)3, &b, 0)); until(1); V(done);
    R(fu(&b, FUTEX_WAKE, 10, 0, 0, 0)); until(4);
    R(fu(&a, FUTEX_REQUEUE, 0, (void *)10, &b, 0)); V(done);
    R(fu(&b, FUTEX_WAKE, 10, 0, 0, 0)); until(6); end(6);
    start(3, FUTEX_WAIT, 0);
    b = 5;
    R(fu(&b, FUTEX_WAKE_OP, 1, (void *)10, &a, FUTEX_OP(FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 0))); V(a); until(3); end(3); a = 0;
    R(fu(&a, FUTEX_WAKE_OP, 1, (void *)10, &b, FUTEX_OP(FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 4, FUTEX_OP_CMP_GT, 50))); V(b);
    R(fu(&a, FUTEX_WAKE_OP, 1, (void *)10, &b, FUTEX_OP(FUTEX_OP_ANDN, 1, FUTEX_OP_CMP_LT, 3))); V(b);
    R(fu(&a, FUTEX_WAKE_OP, 1, (void *)10, &b, FUTEX_OP(FUTEX_OP_XOR, 0xff, FUTEX_OP_CMP_NE, 3))); V(b);
    R(fu(&a, FUTEX_WAKE_OP, 1, (void *)10, &b, FUTEX_OP(FUTEX_OP_SET, -1, FUTEX_OP_CMP_LE, 3))); V(b);
    a = 0;
    R(fu(&a, FUTEX_LOCK_PI, 0, 0, 0, 0)); V((a & 0x3fffffff) == syscall(SYS_gettid));
    R(fu(&a, FUTEX_LOCK_PI, 0, 0, 0, 0)); R(fu(&a, FUTEX_TRYLOCK_PI, 0, 0, 0, 0));
    R(fu(&a, FUTEX_UNLOCK_PI, 0, 0, 0, 0)); V(a); R(fu(&a, FUTEX_UNLOCK_PI, 0, 0, 0, 0));
    int *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); NEED(shared != MAP_FAILED);
    R(fu(shared, FUTEX_WAIT, 1, 0, 0, 0)); R(fu(shared, FUTEX_WAKE, 1, 0, 0, 0));
    struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now); now.tv_nsec = 0; now.tv_sec = 0;
    R(fu(shared, FUTEX_WAIT_BITSET, 0, &now, 0, 1));
    clock_gettime(CLOCK_REALTIME, &now); now.tv_nsec = 0;
    R(fu(shared, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &now, 0, 1));
    return 0;
}
