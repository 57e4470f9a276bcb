/* behaviour: a signal frame that the program forged gives it nothing: flags are cleaned, bad addresses are SIGSEGV
   linkages: static
   flags: -Isrc/test/guest */
#include "catch.h"
static int what; static long rip_after;
__attribute__((naked)) static void landing(void) { __asm__("pushfq\n popq %rax\n movq %rax, rip_seen(%rip)\n pushq $0x202\n popfq\n movl $1,%edi\n jmp landed"); }
long rip_seen; void landed(void) { printf("  landed with flags %lx\n", rip_seen & ~0x2000d5L); siglongjmp(catch_back, 1); }
static void forge(int s, siginfo_t *i, void *c) {
    (void)s; (void)i; ucontext_t *u = c; greg_t *g = u->uc_mcontext.gregs; static char stack[65536]; g[REG_RSP] = (long)stack + 60000;
    g[REG_RIP] = (long)landing;
    switch (what) {
        case 0: g[REG_EFL] = 0x3202; break; case 1: g[REG_EFL] = 0x4602; break; case 2: g[REG_EFL] = 0; break; case 3: g[REG_EFL] = 0x20202; break; case 4: g[REG_EFL] = 0x180202; break; case 5: g[REG_EFL] = ~0x40100L & 0x3fffff; break;
        case 6: case 7: case 8: g[REG_RIP] = 1L << 50; break; case 9: g[REG_RIP] = 0; break; case 10: g[REG_RSP] = 1L << 50; g[REG_RIP] = 0x10; break; case 11: sigfillset(&u->uc_sigmask); break;
    }
}
int main(void) {
    catch_faults(); struct sigaction a = {.sa_sigaction = forge, .sa_flags = SA_SIGINFO}; sigaction(SIGUSR1, &a, 0);
    for (what = 0, catch_quiet = 2; what < 12; what++) { printf("%d:", what); fflush(stdout); if (!sigsetjmp(catch_back, 1)) { raise(SIGUSR1); puts("  came back"); } }
    sigset_t m; sigprocmask(0, 0, &m); V(sigismember(&m, SIGTERM));
    /* a raw rt_sigreturn on a stack that is not there */
    printf("raw:"); if (!sigsetjmp(catch_back, 1)) __asm__ volatile("movq $0x1000,%rsp\n movl $15,%eax\n syscall\n ud2");
    printf("kernel:"); if (!sigsetjmp(catch_back, 1)) __asm__ volatile("movabsq $0xffff800000010000,%rsp\n movl $15,%eax\n syscall\n ud2");
    puts("alive"); return 0;
}
