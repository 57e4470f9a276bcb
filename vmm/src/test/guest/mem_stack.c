/* behaviour: the stack grows on demand to its limit and deep recursion works
   linkages: static pie musl */
#include "guest.h"
#include <sys/resource.h>
__attribute__((noinline)) static long deep(int n) {
    volatile char frame[1000];
    frame[0] = n; frame[999] = n >> 8;
    if (n == 0) return 0;
    long below = deep(n - 1);
    return below + frame[0] + frame[999];
}
__attribute__((noinline)) static long jump(void) {
    volatile char *far = __builtin_alloca(4 << 20);
    far[0] = 5;
    for (int i = 0; i < (4 << 20); i += 4096) far[i] += 1;
    return far[0] + far[4096];
}
int main(void) {
    struct rlimit limit;
    R(getrlimit(RLIMIT_STACK, &limit));
    V(deep(5000));
    V(jump());
    V(deep(6000));
    return 0;
}
