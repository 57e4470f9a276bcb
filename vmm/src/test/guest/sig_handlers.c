/* behaviour: handlers run with the right signal, flags reset and old actions come back
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
static volatile int got, code, me; static void plain(int s) { got = s; }
static void full(int s, siginfo_t *i, void *c) { got = s; code = i->si_code; me = i->si_pid == getpid(); (void)c; }
int main(void) {
    struct sigaction a = {.sa_handler = plain}, old; R(sigaction(SIGUSR1, &a, &old)); V(old.sa_handler == SIG_DFL); R(raise(SIGUSR1)); V(got); R(kill(getpid(), SIGUSR1)); V(got); got = 0; a = (struct sigaction){.sa_sigaction = full, .sa_flags = SA_SIGINFO | SA_RESETHAND}; R(sigaction(SIGUSR2, &a, 0)); R(kill(getpid(), SIGUSR2)); V(got); V(code); V(me); R(sigaction(SIGUSR2, 0, &old)); V(old.sa_handler == SIG_DFL); R(sigaction(SIGUSR1, 0, &old)); V(old.sa_handler == plain);
    R(sigaction(SIGKILL, &a, 0)); R(sigaction(SIGSTOP, &a, 0)); R(sigaction(SIGKILL, 0, &old)); R(sigaction(0, 0, &old)); R(sigaction(65, 0, &old)); V(signal(SIGUSR2, SIG_IGN) == SIG_DFL); got = 0; R(raise(SIGUSR2)); V(got); R(raise(SIGCHLD)); R(raise(SIGWINCH)); R(raise(SIGURG)); R(raise(SIGCONT)); a = (struct sigaction){.sa_sigaction = full, .sa_flags = SA_SIGINFO}; for (int s = SIGRTMIN; s < SIGRTMIN + 3; s++) { sigaction(s, &a, 0); union sigval v = {.sival_int = 7}; R(sigqueue(getpid(), s, v)); V(got == s); V(code); }
    int n = 0; for (int i = 0; i < 2000; i++) { got = 0; raise(SIGUSR1); n += got == SIGUSR1; } V(n); return 0;
}
