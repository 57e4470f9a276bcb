/* behaviour: a handler at an address that no processor can jump to is a fault of the program
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#include <signal.h>
#include <setjmp.h>
#include <sys/wait.h>
#include <ucontext.h>
static sigjmp_buf back;
static void on_fault(int s, siginfo_t *i, void *c) {
    ucontext_t *u = c;
    printf("  signal %d code %d address %p rip %llx trap %lld error %lld\n", s, i->si_code, i->si_addr,
        (unsigned long long)u->uc_mcontext.gregs[REG_RIP], (long long)u->uc_mcontext.gregs[REG_TRAPNO],
        (long long)u->uc_mcontext.gregs[REG_ERR]);
    fflush(stdout);
    siglongjmp(back, 1);
}
int main(void) {
    struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &fault, 0);
    sigaction(SIGBUS, &fault, 0);
    static const unsigned long places[] = {0x800000000000, 0x8000000000000000, 0x123456789abcdef0, 0xffff7fffffffffff,
        0xffff800000007000, 0xffffffffffffffff, 0x7fffffffffff, 0x7ffffffff000, 16};
    for (unsigned n = 0; n < sizeof places / sizeof *places; n++) {
        printf("%lx:\n", places[n]);
        fflush(stdout);
        struct sigaction wild = {.sa_handler = (void (*)(int))places[n]};
        sigaction(SIGUSR1, &wild, 0);
        if (!sigsetjmp(back, 1)) raise(SIGUSR1);
    }
    puts("and the fault's own handler");
    fflush(stdout);
    struct sigaction wild = {.sa_handler = (void (*)(int))0x8000000000000000};
    sigaction(SIGSEGV, &wild, 0);
    *(volatile int *)8 = 1;
    puts("not reached");
    return 0;
}
