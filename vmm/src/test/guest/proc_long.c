/* behaviour: a hundred thousand bytes of arguments and environment arrive
   linkages: static pie
   arguments: @many
   environment: @many */
#include "guest.h"
extern char **environ;
int main(int argc, char **argv) { unsigned long sum = 0; long n = 0; for (int i = 1; i < argc; i++) for (char *c = argv[i]; *c; c++) { sum = sum * 31 + *c; n++; } for (char **e = environ; *e; e++) { unsigned long one = 0; for (char *c = *e; *c; c++) { one = one * 31 + *c; n++; } sum += one; } V(argc); printf("%ld %lu\n", n, sum); return 0; }
