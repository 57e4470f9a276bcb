/* behaviour: dlopen loads libm at run time, finds its functions, and names what is missing
   linkages: pie no-pie */
#include "guest.h"
#include <dlfcn.h>
#include <link.h>
static int count(struct dl_phdr_info *i, size_t s, void *n) { (void)s; (void)i; ++*(int *)n; return 0; }
int main(void) { void *h = dlopen("libm.so.6", RTLD_NOW); NEED(h); double (*f)(double) = (double (*)(double))dlsym(h, "cos"); printf("%.10f\n", f(1.0)); V(dlsym(h, "no_such_function") == 0); V(dlopen("libnone.so", RTLD_NOW) == 0); puts(dlerror()); int n = 0; dl_iterate_phdr(count, &n); V(n > 3); Dl_info i; V(dladdr((void *)f, &i)); puts(strrchr(i.dli_fname, '/')); R(dlclose(h)); for (int k = 0; k < 20; k++) { h = dlopen("libresolv.so.2", RTLD_LAZY); NEED(h); dlclose(h); } return 0; }
