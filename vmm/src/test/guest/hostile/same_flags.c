/* behaviour: flags that ring 3 sets itself act as on Linux: single step, alignment check, NT, IOPL
   linkages: static
   flags: -Isrc/test/guest */
#include "catch.h"
static long flags_after(long set) { long f; __asm__ volatile("pushfq\n popq %0\n orq %1,%0\n pushq %0\n popfq\n pushfq\n popq %0\n pushq $0x202\n popfq" : "=&r"(f) : "r"(set) : "cc", "memory"); return f & ~0xd5L; }
static volatile int steps; static void on_step(int s, siginfo_t *i, void *c) { (void)s; steps += i->si_code == TRAP_TRACE; if (steps > 40) ((ucontext_t *)c)->uc_mcontext.gregs[REG_EFL] &= ~0x100L; }
int main(void) {
    catch_faults();
    printf("%lx %lx %lx %lx %lx\n", flags_after(0x3000), flags_after(0x4000), flags_after(0x200000), flags_after(0x10000), flags_after(0x180000));
    struct sigaction a = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO | SA_ONSTACK}, old;
    sigaction(SIGTRAP, &a, &old);
    long r; __asm__ volatile("pushfq\n orq $0x100,(%%rsp)\n popfq\n nop\n nop\n movl $5,%%eax\n addl $3,%%eax\n pushfq\n andq $~0x100,(%%rsp)\n popfq\n nop" : "=a"(r) : : "cc", "memory"); V(r); V(steps);
    /* single step over a system call */
    steps = 0; __asm__ volatile("pushfq\n orq $0x100,(%%rsp)\n popfq\n nop\n movl $3,%%eax\n movl $-1,%%edi\n syscall\n nop\n nop\n pushfq\n andq $~0x100,(%%rsp)\n popfq\n nop" : "=a"(r) : : "rcx", "r11", "rdi", "cc", "memory"); V(r); V(steps);
    steps = 0; for (int i = 0; i < 3; i++) __asm__ volatile("pushfq\n orq $0x100,(%%rsp)\n popfq\n 1: nop\n jmp 2f\n 2: pushfq\n andq $~0x100,(%%rsp)\n popfq" : : : "cc", "memory"); V(steps);
    sigaction(SIGTRAP, &old, 0);
    static char block[64]; unsigned char ac[] = {0x9c, 0x48, 0x81, 0x0c, 0x24, 0, 0, 4, 0, 0x9d, 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0x8b, 0x40, 0x01, 0x9c, 0x48, 0x81, 0x24, 0x24, 0xff, 0xff, 0xfb, 0xff, 0x9d, 0xc3}; void *p = block; memcpy(ac + 12, &p, 8); run_code("alignment check", ac, sizeof ac);
    /* a system call with NT, AC, DF and TF set */
    __asm__ volatile("pushfq\n orq $0x4400,(%%rsp)\n popfq\n movl $3,%%eax\n movl $-1,%%edi\n syscall\n pushfq\n popq %%rdx\n pushq $0x202\n popfq" : "=a"(r), "=d"(r) : : "rcx", "r11", "rdi", "cc", "memory"); printf("%lx\n", r & 0x400);
    puts("alive");
    return 0;
}
