/* behaviour: threads hold vector, mask and x87 registers over system calls, preemption and a freeze, until a line of input comes
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <immintrin.h>
#include <pthread.h>
#include <sched.h>
#define N 16
static int wide; static volatile int stop; static long bad, rounds;
__attribute__((target("avx512f"))) static long round512(long id, long n) {
    long wrong = 0, in[8], out[8]; int mask = (id * 257 + n) & 0xffff, was = mask; for (int i = 0; i < 8; i++) in[i] = id * 1000 + i + n;
    double x = id + n + 0.5, y = 0;
    __asm__ volatile("vmovdqu64 (%[in]),%%zmm7\n vpaddq %%zmm7,%%zmm7,%%zmm29\n vmovdqa64 %%zmm29,%%zmm3\n kmovw %[m],%%k5\n fldl (%[x])\n"
        "mov $60000,%%ecx\n1: dec %%ecx\n jnz 1b\n mov $24,%%eax\n syscall\n mov $60000,%%ecx\n2: dec %%ecx\n jnz 2b\n"
        "vpxorq %%zmm3,%%zmm29,%%zmm3\n vpaddq %%zmm3,%%zmm29,%%zmm29\n vmovdqu64 %%zmm29,(%[out])\n kmovw %%k5,%[m]\n fstpl (%[y])\n"
        : [m] "+r"(mask) : [in] "r"(in), [out] "r"(out), [x] "r"(&x), [y] "r"(&y) : "rax", "rcx", "r11", "memory", "xmm7", "xmm3");
    for (int i = 0; i < 8; i++) wrong += out[i] != 2 * in[i];
    return wrong + (mask != was) + (x != y);
}
static long round128(long id, long n) { long in[2] = {id, n}, out[2]; __asm__ volatile("movdqu (%[in]),%%xmm9\n mov $60000,%%ecx\n1: dec %%ecx\n jnz 1b\n mov $24,%%eax\n syscall\n movdqu %%xmm9,(%[out])" : : [in] "r"(in), [out] "r"(out) : "rax", "rcx", "r11", "memory", "xmm9"); return (out[0] != in[0]) + (out[1] != in[1]); }
static void *work(void *p) { for (long n = 0; !stop; n++) { long w = wide ? round512((long)p, n) : round128((long)p, n); if (w) __sync_add_and_fetch(&bad, w); __sync_add_and_fetch(&rounds, 1); } return 0; }
int main(void) {
    __builtin_cpu_init(); wide = __builtin_cpu_supports("avx512f");
    pthread_t t[N]; for (long i = 0; i < N; i++) NEED(!pthread_create(&t[i], 0, work, (void *)(i + 1)));
    char line[64]; NEED(read(0, line, 64) > 0);
    long r = rounds; while (rounds < r + 40) usleep(1000);
    stop = 1; for (int i = 0; i < N; i++) pthread_join(t[i], 0);
    printf("wrong %ld, some %d\n", bad, rounds > 0);
    return 0;
}
