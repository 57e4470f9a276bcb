/* behaviour: mprotect takes rights away and gives them back, and the SIGSEGV says which right was missing where
   linkages: static pie musl */
#include "guest.h"
#include <setjmp.h>
static sigjmp_buf back;
static char *base;
static void on_fault(int sig, siginfo_t *info, void *context) {
    (void)context;
    printf("signal %d code %d at %ld\n", sig, info->si_code, (long)((char *)info->si_addr - base));
    siglongjmp(back, 1);
}
#define FAULTS(what) do { if (!sigsetjmp(back, 1)) { what; printf("%s went through\n", #what); } else printf("^ %s\n", #what); } while (0)
int main(void) {
    struct sigaction act = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &act, 0);
    base = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile char *p = base;
    p[0] = 1; p[4096] = 2; p[8192] = 3;
    R(mprotect(base, 4096, PROT_READ));
    V(p[0]);
    FAULTS(p[8] = 5);
    FAULTS(p[4096] = 5);
    R(mprotect(base, 4096, PROT_READ | PROT_WRITE));
    FAULTS(p[8] = 6);
    R(mprotect(base + 4096, 4096, PROT_NONE));
    FAULTS(p[4100]++);
    R(mprotect(base + 4096, 4096, PROT_READ));
    V(p[4096]);
    R(munmap(base + 8192, 4096));
    FAULTS(p[8200]++);
    p[12288] = (char)0xc3;
    FAULTS(((void (*)(void))(base + 12288))());
    R(mprotect(base + 12288, 4096, PROT_READ | PROT_EXEC));
    FAULTS(((void (*)(void))(base + 12288))());
    FAULTS(p[12288] = 0);
    R(mprotect(base + 1, 4096, PROT_READ));
    R(mprotect(base, 4096, 0x40));
    R(mprotect(base, 0, PROT_READ));
    R(mprotect(base + 4096, 8192, PROT_READ));
    base = 0;
    FAULTS(*(volatile int *)8 = 1);
    FAULTS(*(volatile int *)0 = 1);
    for (int i = 0; i < 200; i++) {
        NEED(!mprotect((char *)p, 4096, i % 2 ? PROT_READ | PROT_WRITE : PROT_READ));
        if (i % 2) p[i]++;
    }
    V(p[199]);
    return 0;
}
