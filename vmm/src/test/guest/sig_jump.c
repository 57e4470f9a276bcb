/* behaviour: longjmp out of a handler, again and again, keeps stack and mask in order
   linkages: static pie */
#include "guest.h"
#include <setjmp.h>
#include <ucontext.h>
static sigjmp_buf back; static volatile int n; static void on(int s) { (void)s; siglongjmp(back, ++n); }
static ucontext_t main_context, other; static void coroutine(void) { for (int i = 0; i < 3; i++) { printf("in %d\n", i); swapcontext(&other, &main_context); } }
int main(void) { signal(SIGSEGV, on); signal(SIGFPE, on); for (volatile int i = 0; i < 500; i++) { if (!sigsetjmp(back, 1)) { if (i % 2) *(volatile int *)8 = 1; else { volatile int z = 0; z = 5 / z; } } } V(n); sigset_t m; sigprocmask(0, 0, &m); V(sigismember(&m, SIGSEGV)); jmp_buf j; int r = setjmp(j); V(r); if (r < 3) longjmp(j, r + 1);
#ifdef __GLIBC__
    getcontext(&other); static char stack[65536]; other.uc_stack.ss_sp = stack; other.uc_stack.ss_size = sizeof stack; other.uc_link = &main_context; makecontext(&other, coroutine, 0); for (int i = 0; i < 3; i++) { swapcontext(&main_context, &other); printf("out %d\n", i); }
#else
    (void)coroutine;
#endif
    return 0; }
