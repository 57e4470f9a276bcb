/* behaviour: selectors and floating-point state of a forged signal frame never reach the processor unchecked
   linkages: static
   flags: -Isrc/test/guest */
#include "catch.h"
static int what;
static void forge(int s, siginfo_t *i, void *c) {
    (void)s; (void)i; ucontext_t *u = c; greg_t *g = u->uc_mcontext.gregs; unsigned char *f = (void *)u->uc_mcontext.fpregs;
    switch (what) {
        case 0: g[REG_CSGSFS] = 0x10; break; case 1: g[REG_CSGSFS] = 0x08; break; case 2: g[REG_CSGSFS] = 0; break; case 3: g[REG_CSGSFS] = (0x18L << 48) | 0x33; break; case 4: g[REG_CSGSFS] = -1; break; case 5: g[REG_CSGSFS] = (0x40L << 48) | 0x40; break;
        case 6: u->uc_mcontext.fpregs = (void *)8; break; case 7: u->uc_mcontext.fpregs = (void *)0xffff800000007000; break; case 8: u->uc_mcontext.fpregs = (void *)((long)f + 1); break; case 9: memset(f + 24, 0xff, 8); break; case 10: memset(f + 464, 0xff, 48); break; case 11: memset(f + 512, 0xff, 64); break; case 12: memset(f, 0xff, 512 + 64); break; case 13: u->uc_mcontext.fpregs = 0; break; case 14: memset(f, 0xff, 464); break; case 15: memset(f + 512, 0, 64); break;
    }
}
int main(int argc, char **argv) { (void)argc; (void)argv; catch_faults(); struct sigaction a = {.sa_sigaction = forge, .sa_flags = SA_SIGINFO}; sigaction(SIGUSR1, &a, 0); catch_quiet = 2; for (what = 6; what < 16; what++) { printf("%d:", what); fflush(stdout); if (!sigsetjmp(catch_back, 1)) { raise(SIGUSR1); puts("  came back"); } __asm__ volatile("fninit"); unsigned m = 0x1f80; __asm__ volatile("ldmxcsr %0" : : "m"(m)); volatile double d = 1.5; d *= 2; NEED(d == 3); } puts("alive"); return 0; }
