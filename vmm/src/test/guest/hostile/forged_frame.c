/* behaviour: a forged frame with an address or a selector of ring 0 is SIGSEGV or nothing
   linkages: static
   flags: -Isrc/test/guest */
#include "catch.h"
static int what;
static void forge(int s, siginfo_t *i, void *c) {
    (void)s; (void)i;
    greg_t *g = ((ucontext_t *)c)->uc_mcontext.gregs;
    unsigned long rips[] = {0xffff800000000000, 0xffff800000000000 + (511UL << 30) + 0x7000, 0xffff800000000000 + (511UL << 30) + 0x7010, -1UL, -16UL, 1UL << 47, (1UL << 47) - 1, 1UL << 63};
    long selectors[] = {0x10, 0x08, 0, (0x18L << 48) | 0x33, -1, (0x40L << 48) | 0x40, 0x23, (0x2bL << 48) | 0x23, 0x3b};
    if (what < 8) g[REG_RIP] = rips[what]; else g[REG_CSGSFS] = selectors[what - 8];
}
int main(void) {
    catch_faults();
    catch_quiet = 2;
    struct sigaction a = {.sa_sigaction = forge, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &a, 0);
    for (what = 0; what < 17; what++) {
        printf("%d:", what);
        fflush(stdout);
        catch_signal = 0;
        if (!sigsetjmp(catch_back, 1)) { raise(SIGUSR1); puts("  came back"); }
        if (what < 8) NEED(catch_signal == SIGSEGV);
    }
    puts("alive");
    return 0;
}
