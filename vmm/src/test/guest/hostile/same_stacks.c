/* behaviour: a system call works whatever the stack pointer is; a signal without a stack kills
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
int main(void) {
    unsigned long sp[] = {0, 8, 0x1000, 0x7ffffffff000, 0x7fffffffffff, 1UL << 47, 1UL << 60, 0xffff800000000000, 0xffff800000000000 + (511UL << 30) + 0xa000, 0xffffffffffffff00, -8UL, 3};
    for (unsigned i = 0; i < sizeof sp / 8; i++) {
        long r, after;
        __asm__ volatile("movq %%rsp,%%r12\n movq %2,%%rsp\n movl $3,%%eax\n movl $-1,%%edi\n syscall\n movq %%rsp,%%r13\n movq %%r12,%%rsp\n movq %%r13,%1" : "=a"(r), "=&r"(after) : "r"(sp[i]) : "rcx", "r11", "rdi", "r12", "r13", "memory");
        printf("%lx %ld %d\n", sp[i], r, after == (long)sp[i]);
    }
    /* rcx and r11 are what the instruction leaves; the others survive */
    long rcx, r11, r8 = 88, r15 = 15; __asm__ volatile("movl $3,%%eax\n movl $-1,%%edi\n movq %[a],%%r8\n movq %[b],%%r15\n syscall\n 1: leaq 1b(%%rip),%%rdi\n subq %%rdi,%%rcx\n" : "=c"(rcx), [a] "+r"(r8), [b] "+r"(r15) : : "rax", "rdi", "r8", "r11", "r15", "memory"); V(rcx); V(r8); V(r15); (void)r11;
    signal(SIGSEGV, SIG_DFL); struct sigaction a = {.sa_handler = (void (*)(int))main}; sigaction(SIGILL, &a, 0); fflush(stdout);
    __asm__ volatile("movq $0,%rsp\n ud2");
    return 1;
}
