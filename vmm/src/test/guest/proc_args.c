/* behaviour: arguments and environment arrive whole, empty and spaced ones too
   linkages: static static-pie pie no-pie musl
   arguments: one  two-words\sjoined \0 --flag=x last
   environment: A=1 EMPTY= SPACED=a\sb A_LONG_NAME_FOR_A_VARIABLE=x=y=z */
#include "guest.h"
extern char **environ;
static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
int main(int argc, char **argv) {
    V(argc); for (int i = 1; i < argc; i++) printf("[%s]\n", argv[i]); V(argv[argc] == 0);
    int n = 0; while (environ[n]) n++;
    qsort(environ, n, sizeof *environ, by_name); /* Java hands a native process its environment in no order */
    for (char **e = environ; *e; e++) puts(*e);
    printf("%s|%s|%s\n", getenv("A"), getenv("EMPTY"), getenv("NONE") ? "?" : "none");
    setenv("NEW", "value", 1); unsetenv("A"); printf("%s %d\n", getenv("NEW"), getenv("A") == 0); return 0;
}
