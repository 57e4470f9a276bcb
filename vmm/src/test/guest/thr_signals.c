/* behaviour: signals find the thread they are for: masks, sigwait, faults with handlers on alternate stacks, tgkill, interrupted calls, timers that call threads
   linkages: static pie
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/signalfd.h>
#include <time.h>
#include <ucontext.h>
static pthread_t t[8];
static volatile int got_in = -1, count; static __thread int me; static __thread sigjmp_buf back;
static void where(int s, siginfo_t *i, void *c) { got_in = me; __sync_add_and_fetch(&count, 1); }
static void *waits(void *p) { sigset_t s; sigemptyset(&s); sigaddset(&s, SIGUSR1); sigaddset(&s, SIGRTMIN + 2); int n, seen = 0; for (int i = 0; i < 4; i++) { sigwait(&s, &n); seen = seen * 100 + n; } return (void *)(long)seen; }
static void fault(int s, siginfo_t *i, void *c) { siglongjmp(back, s * 1000 + i->si_code * 10 + (i->si_addr == (void *)8)); }
static void *faults(void *p) {
    stack_t st = {.ss_sp = malloc(65536), .ss_size = 65536}; sigaltstack(&st, 0);
    int n = 0;
    for (int i = 0; i < 200; i++) { int r = sigsetjmp(back, 1); if (r) { n += r == 11011; continue; } *(volatile int *)8 = i; }
    return (void *)(long)n;
}
static void emulate(int s, siginfo_t *i, void *c) { ((ucontext_t *)c)->uc_mcontext.gregs[REG_RIP] += 2; ((ucontext_t *)c)->uc_mcontext.gregs[REG_RAX] = 42; }
static void *rewrites(void *p) { long n = 0; for (int i = 0; i < 100; i++) { long v; __asm__ volatile("ud2" : "=a"(v)); n += v; } return (void *)n; }
static int pipes[2];
static volatile int about_to_read;
static void *reads(void *p) { me = (int)(long)p; char c; errno = 0; about_to_read = 1; long r = read(pipes[0], &c, 1); return (void *)(r < 0 ? -(long)errno : r); }
static void timer_thread(union sigval v) { __sync_add_and_fetch(&count, v.sival_int); }
static void *directed(void *p) { me = 5; sigset_t none; sigemptyset(&none); for (int i = 0; i < 400 && got_in < 0; i++) usleep(5000); return 0; }
int main(void) {
    setvbuf(stdout, 0, _IOFBF, 8192);
    void *r; sigset_t s, old; sigemptyset(&s); sigaddset(&s, SIGUSR1); sigaddset(&s, SIGRTMIN + 2); pthread_sigmask(SIG_BLOCK, &s, &old);
    NEED(!pthread_create(t, 0, waits, 0));
    union sigval v = {.sival_int = 1};
    for (int i = 0; i < 2; i++) { kill(getpid(), SIGUSR1); usleep(20000); sigqueue(getpid(), SIGRTMIN + 2, v); usleep(20000); }
    pthread_join(t[0], &r); V((long)r == ((10 * 100 + 36) * 100 + 10) * 100 + 36 || (long)r == ((10 * 100 + 37) * 100 + 10) * 100 + 37);
    struct sigaction sa = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK}; sigaction(SIGSEGV, &sa, 0);
    for (int i = 0; i < 4; i++) NEED(!pthread_create(&t[i], 0, faults, 0));
    for (int i = 0; i < 4; i++) { pthread_join(t[i], &r); printf("faults %ld\n", (long)r); }
    sa.sa_sigaction = emulate; sa.sa_flags = SA_SIGINFO; sigaction(SIGILL, &sa, 0);
    for (int i = 0; i < 4; i++) NEED(!pthread_create(&t[i], 0, rewrites, 0));
    for (int i = 0; i < 4; i++) { pthread_join(t[i], &r); printf("rewritten %ld\n", (long)r); }
    sa.sa_sigaction = where; sigaction(SIGUSR2, &sa, 0); sigaction(SIGURG, &sa, 0);
    NEED(!pipe(pipes));
    about_to_read = 0; NEED(!pthread_create(t, 0, reads, (void *)3)); while (!about_to_read) usleep(1000); usleep(30000); pthread_kill(t[0], SIGUSR2); pthread_join(t[0], &r); printf("read %s in %d\n", errname(-(long)r), got_in);
    sa.sa_flags |= SA_RESTART; sigaction(SIGUSR2, &sa, 0); got_in = -1;
    about_to_read = 0; NEED(!pthread_create(t, 0, reads, (void *)4)); while (!about_to_read) usleep(1000); usleep(30000); pthread_kill(t[0], SIGUSR2); usleep(30000); NEED(write(pipes[1], "x", 1) == 1); pthread_join(t[0], &r); printf("read %ld in %d\n", (long)r, got_in);
    got_in = -1; sigset_t u; sigemptyset(&u); sigaddset(&u, SIGURG);
    NEED(!pthread_create(t, 0, directed, 0)); pthread_sigmask(SIG_BLOCK, &u, 0); usleep(200000); kill(getpid(), SIGURG); pthread_join(t[0], 0); printf("main blocks it: %d\n", got_in);
    pthread_sigmask(SIG_UNBLOCK, &u, 0);
    count = 0; struct sigevent ev = {.sigev_notify = SIGEV_THREAD, .sigev_value.sival_int = 5}; ev.sigev_notify_function = timer_thread;
    timer_t id; NEED(!timer_create(CLOCK_MONOTONIC, &ev, &id)); struct itimerspec it = {{0, 0}, {0, 10000000}}; NEED(!timer_settime(id, 0, &it, 0));
    for (int i = 0; i < 400 && count < 5; i++) usleep(5000); V(count); timer_delete(id);
    sigset_t fds; sigemptyset(&fds); sigaddset(&fds, SIGTERM); pthread_sigmask(SIG_BLOCK, &fds, 0); int fd = signalfd(-1, &fds, 0); kill(getpid(), SIGTERM); struct signalfd_siginfo info; V(read(fd, &info, sizeof info)); V(info.ssi_signo);
    R(pthread_kill(pthread_self(), 0)); R(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), 99));
    return 0;
}
