/* behaviour: a MAP_GROWSDOWN mapping grows on touches below it, up to its guard
   linkages: static pie */
#include "guest.h"
#include <setjmp.h>
static sigjmp_buf back;
static void on_fault(int sig) { printf("signal %d\n", sig); siglongjmp(back, 1); }
int main(void) {
    static char alt[65536]; stack_t ss = {.ss_sp = alt, .ss_size = sizeof alt}; sigaltstack(&ss, 0);
    struct sigaction act = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK}; sigaction(SIGSEGV, &act, 0);
    long page = 4096;
    char *area = mmap(0, 1024 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); NEED(area != MAP_FAILED); munmap(area, 1024 * page);
    char *floor = mmap(area, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); NEED(floor == area);
    char *top = mmap(area + 1000 * page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0); NEED(top == area + 1000 * page);
    for (int i = 1; i < 700; i++) { top[-i * page] = i; }
    V(top[-5 * page]); V(top[-300 * page]);
    if (!sigsetjmp(back, 1)) { ((volatile char *)area)[100 * page] = 1; puts("no fault"); }
    unsigned char in; R(mincore(top - 699 * page, page, &in)); R(mincore(top - 750 * page, page, &in));
    return 0;
}
