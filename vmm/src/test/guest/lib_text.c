/* behaviour: printf, scanf, qsort, bsearch, regex, getopt and string functions
   linkages: static pie
   arguments: -v -n 42 --name=x rest */
#include "guest.h"
#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <locale.h>
#include <regex.h>
#include <search.h>
#include <wchar.h>
static int cmp(const void *a, const void *b) { int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y); }
int main(int argc, char **argv) {
    printf("%5d|%-5d|%05d|%+d|%x|%#o|%e|%.3g|%10.4f|%s|%.2s|%c|%%|%p|%" PRIu64 "\n", 42, 42, 42, 42, 255, 8, 12345.678, 0.00012345, 3.14159265, "text", "cut", 'c', (void *)0x1234, UINT64_MAX); int n[1000]; unsigned long s = 7; for (int i = 0; i < 1000; i++) n[i] = next_random(&s) % 10000; qsort(n, 1000, 4, cmp); unsigned h = 0; for (int i = 0; i < 1000; i++) h = h * 31 + n[i]; printf("%u\n", h); V(bsearch(&n[500], n, 1000, 4, cmp) != 0); regex_t re; V(regcomp(&re, "^([a-z]+)-([0-9]{2,4})$", REG_EXTENDED)); regmatch_t m[3]; V(regexec(&re, "hello-2024", 3, m, 0)); V(m[2].rm_so); V(regexec(&re, "hello-2", 3, m, 0)); char e[100]; regerror(regcomp(&re, "([", REG_EXTENDED), &re, e, 100); V(strlen(e) > 0);
    static struct option o[] = {{"name", required_argument, 0, 'N'}, {0, 0, 0, 0}}; int c; while ((c = getopt_long(argc, argv, "vn:", o, 0)) != -1) printf("%c=%s\n", c, optarg ? optarg : "-"); printf("%s\n", argv[optind]); V(setlocale(LC_ALL, "C.UTF-8") != 0); wchar_t w[32]; V(mbstowcs(w, "h\xc3\xa9llo \xe2\x82\xac", 32)); V(w[1]); printf("%ls\n", w); V(towupper(w[1])); V(wcslen(w)); V(setlocale(LC_ALL, "xx_NONE") == 0); char *save, text[] = "a,b;c,,d"; for (char *t = strtok_r(text, ",;", &save); t; t = strtok_r(0, ",;", &save)) printf("<%s>", t); puts(""); printf("%ld %g %lu %d\n", strtol("0x7fz", 0, 0), strtod("1e-3x", 0), strtoul("777", 0, 8), atoi("-12")); errno = 0; strtol("99999999999999999999", 0, 10); V(errno == ERANGE); puts(strstr("haystack with needle", "needle")); V(strcasecmp("ABC", "abc")); V(memmem("abcdef", 6, "cde", 3) != 0); srand(5); rand(); puts(strsignal(SIGSEGV)); return 0;
}
