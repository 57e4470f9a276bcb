/* behaviour: the C library's streams read, write, seek and buffer over the monitor's files
   linkages: static static-pie pie no-pie musl
   stdin: first line\nsecond 42 3.5\nlast without newline */
#include "guest.h"
int main(void) {
    char line[100]; int n; double d; NEED(fgets(line, 100, stdin)); printf("[%s]\n", line); NEED(scanf("%99s %d %lf\n", line, &n, &d) == 3); printf("%s %d %g\n", line, n, d); NEED(fgets(line, 100, stdin)); printf("[%s]\n", line); V(fgets(line, 100, stdin) == 0); V(feof(stdin) != 0);
    FILE *f = fopen("f", "w+"); NEED(f); for (int i = 0; i < 1000; i++) fprintf(f, "line %d\n", i); V(ftell(f)); R(fseek(f, 5, SEEK_SET)); fputs("XX", f); rewind(f); NEED(fgets(line, 100, f)); printf("%s", line); R(fseek(f, -9, SEEK_END)); NEED(fgets(line, 100, f)); printf("%s", line); ungetc('u', f); V(fgetc(f)); R(fclose(f));
    f = fopen("f", "a"); fputs("tail\n", f); fclose(f); f = fopen("f", "r"); n = 0; while (fgets(line, 100, f)) n++; V(n); printf("%s", line); V(fputc('x', f)); V(ferror(f) != 0); fclose(f); V(fopen("none", "r") == 0); V(fopen("f", "wx") == 0); V(errno == EEXIST);
    f = fopen("b", "wb"); int numbers[1000]; for (int i = 0; i < 1000; i++) numbers[i] = i * i; V(fwrite(numbers, 4, 1000, f)); fclose(f); memset(numbers, 0, 4000); f = fopen("b", "rb"); V(fread(numbers, 4, 2000, f)); V(numbers[999]); fclose(f);
    setvbuf(stdout, 0, _IONBF, 0); printf("unbuffered %d\n", 1); fprintf(stderr, "to stderr\n"); char *memory; size_t size; f = open_memstream(&memory, &size); fprintf(f, "%05d|%-5s|%x", 42, "ab", 255); fclose(f); puts(memory); R(remove("f")); freopen("g", "w", stdout); puts("redirected"); fflush(stdout); fprintf(stderr, "%ld\n", (long)lseek(1, 0, SEEK_CUR));
    return 0;
}
