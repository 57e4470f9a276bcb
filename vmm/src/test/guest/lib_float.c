/* behaviour: floating point gives the same bits: x87, SSE, rounding modes, subnormals, the math library
   linkages: static pie musl
   flags: -lm */
#include "guest.h"
#include <fenv.h>
#include <math.h>
static void bits(double d) { uint64_t u; memcpy(&u, &d, 8); printf("%016lx ", u); }
int main(void) { volatile double x = 0.1, y = 3; for (int i = 1; i < 40; i++) { bits(sin(i * x)); bits(exp(i / y)); bits(pow(i, 0.37)); bits(log(i)); bits(sqrt(i)); bits(tanh(i * 0.01)); } puts(""); int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO}; for (int i = 0; i < 4; i++) { fesetround(modes[i]); bits(1 / y); bits(rint(2.5)); bits(x * y); } fesetround(FE_TONEAREST); puts(""); volatile long double l = 1; for (int i = 1; i < 30; i++) l = l * 1.1L + 1 / (long double)i; printf("%.18Lg\n", l); volatile double tiny = 4.9e-324; bits(tiny * 3); bits(tiny / 2); bits(INFINITY - INFINITY == 0); feclearexcept(FE_ALL_EXCEPT); y = 0; x = 1 / y; V(fetestexcept(FE_DIVBYZERO) != 0); printf("%g %g %a\n", x, -x, 0.1); return 0; }
