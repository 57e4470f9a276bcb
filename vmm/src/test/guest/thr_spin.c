/* behaviour: a thread that spins without a call is preempted, and what it waits for comes; restartable sequences are begun again
   linkages: static pie
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <sys/rseq.h>
static volatile int flag, stage;
static void *sets(void *p) { usleep(10000); flag = 1; while (stage < 1) ; flag = 2; return 0; }
static volatile long aborted, finished; static volatile int stop;
static void *spins(void *p) { while (!stop) ; return 0; }
#ifdef RSEQ_SIG
static void sequences(void) {
    struct rseq *r = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
    if (__rseq_size == 0) { return; }
    for (int i = 0; i < 100000 && (aborted < 1 || finished < 1); i++) {
        long spin = i % 2 ? 40000000 : 1000, failed = 0;
        struct rseq_cs cs __attribute__((aligned(32))) = {0};
        __asm__ volatile(
            "lea 1f(%%rip),%%rax\n mov %%rax,8(%[cs])\n lea 2f(%%rip),%%rcx\n sub %%rax,%%rcx\n mov %%rcx,16(%[cs])\n lea 3f(%%rip),%%rcx\n mov %%rcx,24(%[cs])\n"
            "mov %[cs],8(%[r])\n"
            "1: mov %[n],%%rcx\n 5: dec %%rcx\n jnz 5b\n 2: jmp 4f\n"
            ".byte 0x0f,0xb9,0x3d\n .long 0x53053053\n 3: mov $1,%[f]\n 4:\n"
            : [f] "+r"(failed) : [cs] "r"(&cs), [r] "r"(r), [n] "r"(spin) : "rax", "rcx", "memory");
        *(volatile long *)((char *)r + 8) = 0;
        if (failed) aborted++; else finished++;
    }
}
#endif
int main(void) {
    pthread_t t, u; setvbuf(stdout, 0, _IOFBF, 4096);
    NEED(!pthread_create(&t, 0, sets, 0));
    while (!flag) ;
    stage = 1;
    while (flag != 2) ;
    pthread_join(t, 0); V(flag);
    NEED(!pthread_create(&t, 0, spins, 0)); NEED(!pthread_create(&u, 0, spins, 0));
    pthread_t more[3]; for (int i = 0; i < 3; i++) NEED(!pthread_create(&more[i], 0, spins, 0));
#ifdef RSEQ_SIG
    struct rseq *r = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
    printf("registered %d\n", __rseq_size > 0 && (int)r->cpu_id >= 0);
    sequences(); V(finished > 0); V(aborted > 0);
    struct { char b[64]; } other __attribute__((aligned(32))); R(syscall(SYS_rseq, &other, 32, 0, 1)); R(syscall(SYS_rseq, r, 32, 0, RSEQ_SIG)); R(syscall(SYS_rseq, r, 32, 1, 1)); R(syscall(SYS_rseq, &other, 31, 0, 1)); R(syscall(SYS_rseq, r, 32, 1, RSEQ_SIG)); R(syscall(SYS_rseq, r, 32, 1, RSEQ_SIG));
#endif
    stop = 1; pthread_join(t, 0); pthread_join(u, 0); for (int i = 0; i < 3; i++) pthread_join(more[i], 0);
    cpu_set_t s; V(sched_getaffinity(0, sizeof s, &s) >= 0 && CPU_COUNT(&s) > 0); unsigned c; V(syscall(SYS_getcpu, &c, 0, 0)); V(sched_getcpu() >= 0);
    return 0;
}
