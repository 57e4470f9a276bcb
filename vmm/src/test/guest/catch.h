/* Runs a few bytes of code and prints the signal that came of them. */
#ifndef CATCH_H
#define CATCH_H
#include "guest.h"
#include <setjmp.h>
#include <ucontext.h>
static sigjmp_buf catch_back;
static unsigned char *catch_code;
static volatile int catch_quiet, catch_signal, catch_si_code;
static void catch_on(int s, siginfo_t *i, void *c) {
    __asm__ volatile("pushq $0x202\n popfq" : : : "cc", "memory"); /* AC may be set */
    ucontext_t *u = c;
    long rip = u->uc_mcontext.gregs[REG_RIP], at = rip - (long)catch_code;
    catch_signal = s; catch_si_code = i->si_code;
    u->uc_mcontext.gregs[REG_EFL] &= ~0x144500L;
    if (catch_quiet == 2) printf("  signal %d code %d\n", s, i->si_code);
    if (!catch_quiet) {
        if (at >= 0 && at < 4096) printf("  signal %d code %d at +%ld", s, i->si_code, at); else printf("  signal %d code %d at %lx", s, i->si_code, rip);
        if ((long)i->si_addr == rip) puts(" address rip"); else if (i->si_code == 1 || i->si_code == 2) printf(" address %lx\n", (long)i->si_addr); else puts("");
    }
    siglongjmp(catch_back, 1);
}
static void catch_faults(void) {
    static char alt[65536];
    stack_t st = {.ss_sp = alt, .ss_size = sizeof alt};
    sigaltstack(&st, 0);
    struct sigaction a = {.sa_sigaction = catch_on, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int list[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (int i = 0; i < 5; i++) sigaction(list[i], &a, 0);
    catch_code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void run_code(const char *name, const unsigned char *code, int n) {
    memcpy(catch_code, code, n);
    printf("%s:", name); 
    if (!sigsetjmp(catch_back, 1)) {
        __asm__ volatile("call *%0\n cld" : : "r"(catch_code) : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");
        puts("  returned");
    }
}
#endif
