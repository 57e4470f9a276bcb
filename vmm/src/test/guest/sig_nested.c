/* behaviour: handlers nest, hold back their own signal and sa_mask, and restore every register
   linkages: static pie musl */
#include "guest.h"
static int depth, most; static char log_[256];
static void on(int s) { depth++; if (depth > most) most = depth; sprintf(log_ + strlen(log_), "+%d", s); if (s == SIGUSR1) { raise(SIGUSR1); raise(SIGUSR2); } if (s == SIGUSR2) raise(SIGTERM); sprintf(log_ + strlen(log_), "-%d", s); static int once; if (s == SIGUSR1 && once++) signal(SIGUSR1, SIG_IGN); depth--; }
static void clobber(int s) { (void)s; __asm__ volatile("pcmpeqd %%xmm0,%%xmm0\n pcmpeqd %%xmm7,%%xmm7\n movdqa %%xmm0,%%xmm15\n fld1\n fld1\n std\n cld" ::: "xmm0", "xmm7", "xmm15"); }
int main(void) {
    struct sigaction a = {.sa_handler = on}; sigaction(SIGUSR1, &a, 0); sigaction(SIGUSR2, &a, 0); sigaddset(&a.sa_mask, SIGUSR1); sigaction(SIGTERM, &a, 0); raise(SIGUSR1); puts(log_); V(most); a = (struct sigaction){.sa_handler = on, .sa_flags = SA_NODEFER}; signal(SIGHUP, clobber);
    long pid = getpid(), flags = 0, rbx = 0x1111; double x[4] = {1.5, 2.5, 3.5, 4.5}, y[5];
    __asm__ volatile("movupd (%[x]),%%xmm0\n movupd 16(%[x]),%%xmm15\n fldpi\n movl $62,%%eax\n movq %[p],%%rdi\n movl $1,%%esi\n stc\n syscall\n setc %b[f]\n"
        "movupd %%xmm0,(%[y])\n movupd %%xmm15,16(%[y])\n fstpl 32(%[y])"
        : [f] "+r"(flags), "+b"(rbx) : [x] "r"(x), [y] "r"(y), [p] "r"(pid) : "rax", "rdi", "rsi", "rcx", "r11", "xmm0", "xmm15", "memory", "cc");
    printf("%g %g %g %g %lx %.6f carry %ld\n", y[0], y[1], y[2], y[3], rbx, y[4], flags);
    return 0;
}
