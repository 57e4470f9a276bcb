/* behaviour: exit runs handlers in reverse order, flushes, and gives its low eight bits
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
static void one(void) { puts("one"); }
static void two(void) { puts("two"); }
__attribute__((constructor)) static void before(void) { puts("constructor"); }
__attribute__((destructor)) static void after(void) { puts("destructor"); }
int main(void) { atexit(one); atexit(two); printf("no newline yet "); exit(0x1234); }
