/* System calls without a C library: nothing of it survives what the fuzzers do. */
#ifndef RAW_H
#define RAW_H
#include "guest.h"
#include <sys/time.h>
static inline long raw(long n, long a, long b, long c, long d, long e, long f) { long r; register long r10 __asm__("r10") = d; register long r8 __asm__("r8") = e; register long r9 __asm__("r9") = f; __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory"); return r; }
/* The kernel's struct sigaction. */
struct raw_action { void (*handler)(int); unsigned long flags; void (*restorer)(void); unsigned long mask; };
__attribute__((naked, used)) static void raw_restorer(void) { __asm__("movl $15,%eax\n syscall"); }
static volatile long raw_signals;
/* How much slower than real hardware the machine is (testing.Pace): timers fire that much later, or nothing but their signals would run. */
static long raw_slower = 1;
__attribute__((constructor)) static void raw_pace(void) { const char *s = getenv("SLOWER"); if (s && atol(s) > 1) raw_slower = atol(s); }
static void raw_on(int s) { (void)s; raw_signals++; }
/* The next blocking call is interrupted: all signals caught and open, a timer running. */
static inline void raw_arm(long us) {
    static const struct raw_action a = {raw_on, 0x04000000 | 0x08000000, raw_restorer, 0};
    static unsigned long none;
    for (int s = 1; s < 65; s++) if (s != 9 && s != 19 && s != 11 && s != 7 && s != 4 && s != 8) raw(13, s, (long)&a, 0, 8, 0, 0);
    raw(14, 2, (long)&none, 0, 8, 0, 0);
    us *= raw_slower;
    struct itimerval t = {{0, us}, {0, us}};
    raw(38, 0, (long)&t, 0, 0, 0, 0);
}
static char raw_alt[65536] __attribute__((aligned(16)));
static inline void raw_begin(void) { stack_t st = {.ss_sp = raw_alt, .ss_size = sizeof raw_alt}; raw(131, (long)&st, 0, 0, 0, 0, 0); raw_arm(2000); }
#endif
