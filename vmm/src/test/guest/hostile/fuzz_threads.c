/* behaviour: random system calls with random arguments, seeded, by four threads that share everything; only the end of the program is looked at
   linkages: static
   arguments: 1 1000
   flags: -Isrc/test/guest -Isrc/test/guest/hostile -fno-stack-protector -pthread */
#include "raw.h"
#include <pthread.h>
static long number(const char *s) { long n = 0; while (*s) n = n * 10 + *s++ - '0'; return n; }
static char *const arena = (char *)0x100000000000;
static const unsigned long size = 1UL << 28;
static unsigned long first_seed; static long calls;
static void *calls_at_random(void *p) {
    unsigned long seed = first_seed + (unsigned long)p * 7919;
    static const char *paths[] = {"/", ".", "..", "f", "g", "d", "d/f", "/tmp/x", "/proc/self/fd/3", "/proc/self/maps", "/dev/null", "/dev/zero", "/proc/self", "/usr/lib", "l", "/proc/self/root/usr", "d/../d/l", ""};
    static const long values[] = {0, 1, 2, 3, 4, 5, 7, 8, 16, 64, 100, 255, 256, 4095, 4096, 65536, -1, -2, -100, 0x7fffffff, 0x80000000, 0xffffffff, 1L << 32, 1L << 47, 1L << 62, 1L << 63, 0xffff800000000000, 02, 0100, 01000, 02000, 04000, 0200000, 0x80000, 0x12, 0x22, 0x11, 0x21, 3, 0x400};
    for (long i = 0; i < calls; i++) {
        unsigned long r = next_random(&seed); long n = r % 463; long x[6];
        for (int k = 0; k < 6; k++) {
            unsigned long c = next_random(&seed);
            switch (c % 8) {
                case 0: case 1: x[k] = values[(c >> 8) % (sizeof values / 8)]; break;
                case 2: x[k] = (c >> 8) % 24; break;
                case 3: case 4: x[k] = (long)arena + (c >> 8) % (1 << 20); break;
                case 5: x[k] = (long)arena + ((c >> 8) % size & -4096L) + ((c & 0x10000000) ? 0 : 4096 - (c >> 40) % 64); break;
                case 6: x[k] = (long)paths[(c >> 8) % (sizeof paths / sizeof *paths)]; break;
                default: x[k] = c; break;
            }
        }
        if (n == 60 || n == 231 || n == 15 || n == 13 || n == 59 || n == 322) continue;
        if (n == 62 || n == 200 || n == 234 || n == 129 || n == 297) { long s = n == 234 || n == 297 ? x[2] : x[1]; if ((int)s == 9 || (int)s == 19 || (int)s == 11 || (int)s == 7 || (int)s == 4 || (int)s == 8) continue; }
        if (n == 9 || n == 10 || n == 11 || n == 25 || n == 26 || n == 28 || n == 30 || n == 149 || n == 150 || n == 27) {
            x[0] = (long)arena + ((r >> 16) % size & -4096L); x[1] = (r >> 40) % (1 << 20) + 1;
            if (n == 9) { x[3] = (r & 1 ? 0x22 : r & 2 ? 0x01 : 0x02) | (r & 4 ? 0x10 : 0); x[2] &= 3; x[5] &= -4096L; }
            if (n == 25) { x[2] = (r >> 20) % (1 << 20) + 1; x[3] = r & 1; x[4] = 0; }
        }
        if (n == 12 && x[0] > 0x1000) continue;                       /* the heap is not ours alone */
        if (n == 160 || n == 302 || n == 157) { if (x[0] == 22 || (n == 157 && x[0] == 35)) continue; }
        if ((n == 3 || n == 33 || n == 292 || n == 436) && ((r >> 9) & 7)) continue;   /* keep some descriptors open */
        if (n == 131 && x[0]) continue;                               /* the alternate stack stays */
        if (n == 35 || n == 230 || n == 23 || n == 7 || n == 270 || n == 271 || n == 232 || n == 281) if ((r >> 7) & 3) continue;
        raw(n, x[0], x[1], x[2], x[3], x[4], x[5]);
        if (n == 14 || n == 38 || n == 37 || n == 131 || n == 158 || i % 512 == 0) raw_arm(2000);
        if (i % 256 == 0) { raw(9, (long)arena, 1 << 20, 3, 0x32, -1, 0); for (int k = 0; k < 64; k++) ((unsigned long *)arena)[k * 64] = next_random(&seed); }
    }
    return 0;
}
int main(int argc, char **argv) {
    first_seed = number(argv[1]) * 0x9e3779b97f4a7c15UL + 1; calls = number(argv[2]); (void)argc;
    NEED(mmap(arena, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == arena);
    raw_begin();
    pthread_t t[4]; for (long i = 0; i < 4; i++) NEED(!pthread_create(&t[i], 0, calls_at_random, (void *)i));
    for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
    raw(231, 0, 0, 0, 0, 0, 0);
    return 1;
}
