/* behaviour: every supported call with every argument bad in every way; only the end of the program is looked at
   linkages: static
   flags: -Isrc/test/guest -Isrc/test/guest/hostile -fno-stack-protector */
#include "raw.h"
static int number(const char *s) { int n = 0; while (*s) n = n * 10 + *s++ - '0'; return n; }
int main(int argc, char **argv) {
    static char scratch[65536] __attribute__((aligned(4096)));
    char *arena = mmap(0, 16 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *edge = arena + 4096 * 8; munmap(edge, 4096); mprotect(edge + 4096, 4096, PROT_READ); mprotect(edge + 8192, 4096, PROT_NONE); unsigned long fs; raw(158, 0x1003, (long)&fs, 0, 0, 0, 0);
    long bad[] = {0, 1, 8, 4095, -1, -8, -4096, (long)edge, (long)edge - 1, (long)edge - 3, (long)edge + 4096, (long)edge + 8192, (long)edge + 4095, 0x7ffffffff000, 0x7fffffffffff, 0x800000000000, 1L << 62, 1L << 63, 0xffff800000000000, 0xffff800000007000, 0xffff807fc0007000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, (long)arena, (long)arena + 1, (long)arena + 4096};
    long base[][6] = {{(long)scratch, (long)scratch + 4096, (long)scratch + 8192, (long)scratch + 12288, (long)scratch + 16384, (long)scratch + 20480}, {3, (long)scratch, 64, 0, 0, 0}, {-100, (long)scratch, (long)scratch + 4096, 0, 8, 8}, {1, (long)scratch, 4, (long)scratch + 4096, (long)scratch + 8192, 8}, {(long)arena, 4096, 3, 0x22, -1, 0}, {0, 0, 0, 0, 0, 0}, {5, 1, 2, (long)scratch, (long)scratch + 4096, 0}};
    raw_begin();
    for (int a = 1; a < argc; a++) {
        int n = number(argv[a]);
        for (unsigned k = 0; k < sizeof base / sizeof *base; k++) for (int p = 0; p < 6; p++) for (unsigned v = 0; v < sizeof bad / 8; v++) {
            long x[6]; for (int i = 0; i < 6; i++) x[i] = base[k][i];
            x[p] = bad[v];
            if (p >= 4 && v % 5) continue;
            if (raw_slower > 1 && (v + k + p + a) % 4) continue; /* a fourth of them, all of bad in each place of some base */
            if ((n == 9 || n == 25) && (x[3] & 0x10)) continue; /* not over our own code */
            if ((n == 11 || n == 10 || n == 25 || n == 28) && ((unsigned long)x[0] < (unsigned long)arena || (unsigned long)x[0] >= (unsigned long)arena + (8 << 20) || (unsigned long)x[1] > 4 << 20)) if (!(x[0] < 65536 || x[0] >= 0x7ffffffff000)) continue;
            if (n == 3 && x[0] < 3 && x[0] >= 0) continue;
            for (int i = 0; i < 64; i++) scratch[i * 97 % 65536] = (char)(v * 31 + i);
            scratch[0] = 'f'; scratch[1] = 0; scratch[4096] = 'g'; scratch[4097] = 0;
            if (n == 38 || n == 13 || n == 14 || n == 131 || n == 37 || n == 302 || n == 160) { raw(n, x[0], x[1], x[2], x[3], x[4], x[5]); raw_begin(); } else raw(n, x[0], x[1], x[2], x[3], x[4], x[5]);
            if (n == 158) raw(158, 0x1002, fs, 0, 0, 0, 0);
        }
        raw_arm(2000);
    }
    raw(231, 0, 0, 0, 0, 0, 0);
    return 1;
}
