/* behaviour: a state of many mappings, a large heap and many files
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
int main(void) {
    unsigned long seed = 5, sum = 0; char name[32]; unsigned char *m[300]; for (int i = 0; i < 300; i++) { m[i] = mmap(0, 4096 * (1 + i % 40), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); for (int j = 0; j < 1 + i % 40; j++) { m[i][j * 4096 + 17] = next_random(&seed); sum += m[i][j * 4096 + 17]; } if (i % 3 == 0) mprotect(m[i], 4096, PROT_READ); }
    for (int i = 0; i < 200; i++) { snprintf(name, 32, "file%d", i); put(name, name); if (i % 10 == 0) { char l[32]; snprintf(l, 32, "link%d", i); symlink(name, l); } }
    char c; read(0, &c, 1); unsigned long again = 0; for (int i = 0; i < 300; i++) { for (int j = 0; j < 1 + i % 40; j++) again += m[i][j * 4096 + 17]; if (i % 3) m[i][5]++; } V(sum == again); long ok = 0; for (int i = 0; i < 200; i++) { snprintf(name, 32, "file%d", i); int f = open(name, O_RDWR); char t[32] = ""; read(f, t, 31); ok += !strcmp(t, name); write(f, "more", 4); close(f); } V(ok); show("link150"); sigset_t none; (void)none; return 0;
}
