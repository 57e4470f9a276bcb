/* behaviour: setjmp, variable-length arrays, computed gotos and big returns compile to what they mean
   linkages: static pie musl */
#include "guest.h"
#include <setjmp.h>
struct big { long v[100]; }; static struct big make(int n) { struct big b; for (int i = 0; i < 100; i++) b.v[i] = i * n; return b; } static jmp_buf top; static void unwind(int n) { if (n == 0) longjmp(top, 42); char local[n * 10 + 1]; local[0] = 1; unwind(n - 1); if (local[0] != 1) abort(); }
int main(void) { volatile int kept = 1; int r = setjmp(top); if (!r) { kept = 2; unwind(50); } V(r); V(kept); V(make(7).v[99]); static void *t[] = {&&a, &&b, &&c}; int i = 0, s = 0; next: if (i < 30) goto *t[i++ % 3]; V(s); return 0; a: s += 1; goto next; b: s += 10; goto next; c: s += 100; goto next; }
