/* behaviour: thread-local variables, IFUNC and constructors work in every linkage
   linkages: static static-pie pie no-pie */
#include "guest.h"
static __thread int counter = 5; static __thread char block[5000] = "initial"; __thread long shared = 77;
static int fast(void) { return 1; } static int (*pick(void))(void) { return fast; } int chosen(void) __attribute__((ifunc("pick")));
static int order; __attribute__((constructor(101))) static void first(void) { order = order * 10 + 1; } __attribute__((constructor(102))) static void second(void) { order = order * 10 + 2; }
int main(void) { V(counter); counter++; V(counter); puts(block); V(block[4999]); V(shared); V(chosen()); V(order); V(((uintptr_t)&counter & 3)); char b[32]; V(strlen(strcpy(b, "through an IFUNC of libc"))); errno = 5; V(*__errno_location()); return 0; }
