/* behaviour: reading and writing ring 0's pages is SIGSEGV
   linkages: static
   flags: -Isrc/test/guest */
#include "catch.h"
int main(void) {
    catch_faults();
    unsigned long linear = 0xffff800000000000, fixed = linear + (511UL << 30);
    catch_quiet = 1;
    volatile int through = 0, n = 0, other = 0;
    for (volatile unsigned long page = 0; page < 0x60; page++) for (volatile int k = 0; k < 4; k++) {
        volatile unsigned long *at = (volatile unsigned long *)((k & 1 ? linear : fixed) + page * 4096 + 8);
        n++;
        if (!sigsetjmp(catch_back, 1)) { if (k & 2) *at = 0x4141414141414141; else { unsigned long x = *at; (void)x; } through++; } else other += catch_signal != SIGSEGV || catch_si_code != 1;
    }
    for (volatile int shift = 17; shift < 64; shift++) { n++; if (!sigsetjmp(catch_back, 1)) { *(volatile char *)(~0UL << shift) = 1; through++; } else other += catch_signal != SIGSEGV; }
    V(n); V(through); V(other);
    if (!sigsetjmp(catch_back, 1)) __asm__ volatile("clflush (%0)" : : "r"(fixed + 0x7000));
    return 0;
}
