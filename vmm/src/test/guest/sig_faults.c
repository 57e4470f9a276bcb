/* behaviour: processor faults become the signals and siginfo that Linux gives
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
#include <setjmp.h>
#include <ucontext.h>
static sigjmp_buf back; static volatile void *expected;
static void on(int s, siginfo_t *i, void *c) { ucontext_t *u = c; printf("signal %d code %d address %s trap %lld error %lld\n", s, i->si_code, i->si_addr == expected ? "as expected" : i->si_addr == (void *)u->uc_mcontext.gregs[REG_RIP] ? "rip" : i->si_addr == 0 ? "0" : "other", (long long)u->uc_mcontext.gregs[REG_TRAPNO], (long long)u->uc_mcontext.gregs[REG_ERR] & (u->uc_mcontext.gregs[REG_ERR] & 16 ? ~1LL : ~0LL)); /* whether a page without execute right was present differs on kvm_pvm hosts */ siglongjmp(back, 1); }
#define TRY(what) do { printf("%s: ", #what); if (!sigsetjmp(back, 1)) { what; puts("went through"); } } while (0)
int main(void) {
    struct sigaction a = {.sa_sigaction = on, .sa_flags = SA_SIGINFO}; int list[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}; for (int i = 0; i < 5; i++) sigaction(list[i], &a, 0); setvbuf(stdout, 0, _IOFBF, 4096);
    volatile int zero = 0, one = 1; expected = (void *)-1L;
    TRY(one = one / zero); TRY(__asm__ volatile("ud2")); TRY(__asm__ volatile("int3")); TRY(__asm__ volatile("hlt")); TRY(__asm__ volatile("cli")); TRY(__asm__ volatile("int $0x20")); TRY(__asm__ volatile("mov %cr3, %rax")); TRY(__asm__ volatile("int1")); expected = (void *)0x1234; TRY(*(volatile int *)0x1234 = 1); TRY(one = *(volatile int *)0x1234); expected = (void *)-1L; TRY(one = *(volatile int *)0x800000000000); TRY(one = *(volatile int *)0xffff800000000000); TRY(*(volatile int *)0xffffffffffffff00 = 1); TRY(one = *(volatile int *)0x8000000000000000);
    volatile int least = -2147483647 - 1, minus = -1; TRY(one = least / minus); TRY(__asm__ volatile("movl $2, %%eax\n xorl %%edx, %%edx\n movl $0, %%ecx\n divl %%ecx" ::: "eax", "edx", "ecx"));
    unsigned cw = 0x1f80 & ~(1 << 9); __asm__ volatile("ldmxcsr %0" :: "m"(cw)); volatile double x = 1, y = 0; TRY(x = x / y); cw = 0x1f80; __asm__ volatile("ldmxcsr %0" :: "m"(cw)); unsigned short f = 0x37f & ~4; x = 1; TRY(__asm__ volatile("fldcw %0\n fldl %1\n fdivl %2\n fwait" :: "m"(f), "m"(x), "m"(y))); __asm__ volatile("fninit");
    char *code = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); expected = code; TRY(((void (*)(void))code)()); mprotect(code, 4096, PROT_NONE); TRY(((void (*)(void))code)()); munmap(code, 4096); TRY(((void (*)(void))code)()); expected = 0; TRY(((void (*)(void))0)()); expected = (void *)-1L; TRY(((void (*)(void))0xffff800000001000)()); TRY(((void (*)(void))0x1000000000000000)()); put("f", "x"); int fd = open("f", O_RDWR); char *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); expected = m + 4096; TRY(one = m[4096]); TRY(__asm__ volatile("movaps 1(%%rsp), %%xmm0" ::: "xmm0")); return 0;
}
