/* behaviour: running out of stack is SIGSEGV, caught on an alternate stack
   linkages: static pie musl */
#include "guest.h"
static long depth;
static void on_fault(int sig, siginfo_t *info, void *context) {
    (void)context; (void)info;
    char text[64];
    int n = snprintf(text, sizeof text, "signal %d, deep enough: %d\n", sig, depth > 3000);
    write(1, text, n);
    _exit(3);
}
__attribute__((noinline)) static long endless(long n) {
    volatile char frame[1024];
    frame[n % 1024] = 1;
    depth = n;
    return endless(n + 1) + frame[5];
}
int main(void) {
    stack_t alt = {.ss_sp = malloc(65536), .ss_size = 65536};
    R(sigaltstack(&alt, 0));
    struct sigaction act = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &act, 0);
    fflush(stdout);
    V(endless(0));
    return 0;
}
