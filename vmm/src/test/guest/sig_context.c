/* behaviour: a handler may change the interrupted registers, skip the faulting instruction and go on
   linkages: static pie */
#include "guest.h"
#include <ucontext.h>
static void on(int s, siginfo_t *i, void *c) { (void)s; (void)i; greg_t *g = ((ucontext_t *)c)->uc_mcontext.gregs; g[REG_RIP] += 2; g[REG_RAX] = 4242; g[REG_R12]++; }
int main(void) { struct sigaction a = {.sa_sigaction = on, .sa_flags = SA_SIGINFO}; sigaction(SIGILL, &a, 0); long r = 0; register long n __asm__("r12") = 0; for (int i = 0; i < 500; i++) __asm__ volatile("ud2" : "=a"(r), "+r"(n)); V(r); V(n); sigaction(SIGSEGV, &a, 0); __asm__ volatile("xorl %%ecx,%%ecx\n movb (%%rcx),%%dl" : "=a"(r), "+r"(n) :: "rcx", "rdx"); V(r); V(n); return 0; }
