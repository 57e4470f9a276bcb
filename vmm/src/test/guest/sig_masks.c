/* behaviour: blocked signals wait, are seen pending, once each, real-time ones in order and number
   linkages: static pie musl */
#include "guest.h"
static int order[64], values[64]; static volatile int n; static void note(int s, siginfo_t *i, void *c) { (void)c; order[n] = s; values[n++] = i->si_value.sival_int; }
int main(void) {
    struct sigaction a = {.sa_sigaction = note, .sa_flags = SA_SIGINFO}; sigset_t all, old, pending; sigemptyset(&all); int list[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGRTMIN + 1, SIGRTMIN + 2}; for (int i = 0; i < 5; i++) { sigaction(list[i], &a, 0); sigaddset(&all, list[i]); }
    R(sigprocmask(SIG_BLOCK, &all, &old)); raise(SIGUSR2); raise(SIGUSR1); raise(SIGUSR1); raise(SIGHUP); V(n); R(sigpending(&pending)); V(sigismember(&pending, SIGUSR1)); V(sigismember(&pending, SIGHUP)); V(sigismember(&pending, SIGTERM)); R(sigprocmask(SIG_SETMASK, &old, 0)); V(n); for (int i = 0; i < n; i++) printf("%d ", order[i]); puts("");
    n = 0; sigprocmask(SIG_BLOCK, &all, 0); for (int i = 0; i < 5; i++) { union sigval v = {.sival_int = i}; sigqueue(getpid(), SIGRTMIN + 2, v); sigqueue(getpid(), SIGRTMIN + 1, v); } sigprocmask(SIG_UNBLOCK, &all, 0); V(n); for (int i = 0; i < n; i++) printf("%d:%d ", order[i] - SIGRTMIN, values[i]); puts(""); R(sigprocmask(77, &all, 0)); R(syscall(SYS_rt_sigprocmask, 0, &all, 0, 4)); R(syscall(SYS_rt_sigprocmask, 0, 8, 0, 8)); sigset_t kill; sigemptyset(&kill); sigaddset(&kill, SIGKILL); sigaddset(&kill, SIGSTOP); R(sigprocmask(SIG_SETMASK, &kill, 0)); sigprocmask(0, 0, &old); V(sigismember(&old, SIGKILL)); return 0;
}
