/* behaviour: each thread keeps its own vector, mask, x87 and control registers while others run on the same processor
   linkages: static
   flags: -Isrc/test/guest -pthread */
#include "guest.h"
#include <immintrin.h>
#include <pthread.h>
#include <sched.h>
#define N 10
static int wide;
__attribute__((target("avx512f"))) static long round512(long id) {
    long bad = 0, in[8], out[8], mask = id * 257;
    for (int i = 0; i < 8; i++) in[i] = id * 1000 + i;
    double x = id + 0.5, y = 0; unsigned short cw = 0x37f;
    __asm__ volatile(
        "vmovdqu64 (%[in]),%%zmm7\n vpaddq %%zmm7,%%zmm7,%%zmm29\n kmovw %[m],%%k5\n fldl (%[x])\n"
        "mov $24,%%eax\n syscall\n mov $20000,%%ecx\n1: dec %%ecx\n jnz 1b\n mov $24,%%eax\n syscall\n"
        "vmovdqu64 %%zmm29,(%[out])\n kmovw %%k5,%%eax\n mov %%eax,%[m]\n fstpl (%[y])\n"
        : [m] "+r"(*(int *)&mask) : [in] "r"(in), [out] "r"(out), [x] "r"(&x), [y] "r"(&y) : "rax", "rcx", "r11", "memory", "xmm7");
    for (int i = 0; i < 8; i++) bad += out[i] != 2 * in[i];
    bad += ((int)mask & 0xffff) != ((id * 257) & 0xffff); bad += x != y;
    return bad;
}
static long round128(long id) {
    long in[2] = {id, id * 3}, out[2];
    __asm__ volatile("movdqu (%[in]),%%xmm9\n mov $24,%%eax\n syscall\n movdqu %%xmm9,(%[out])" : : [in] "r"(in), [out] "r"(out) : "rax", "rcx", "r11", "memory", "xmm9");
    return (out[0] != in[0]) + (out[1] != in[1]);
}
static void *work(void *p) {
    long id = (long)p, bad = 0; unsigned csr = 0x1f80 | (id % 4) << 13, now = 0;
    __asm__ volatile("ldmxcsr %0" : : "m"(csr));
    for (int i = 0; i < 60; i++) { bad += wide ? round512(id) : round128(id); __asm__ volatile("stmxcsr %0" : "=m"(now)); bad += (now & 0x6000) != (csr & 0x6000); }
    return (void *)bad;
}
int main(void) {
    __builtin_cpu_init(); wide = __builtin_cpu_supports("avx512f");
    pthread_t t[N]; long bad = 0; void *r;
    for (long i = 0; i < N; i++) NEED(!pthread_create(&t[i], 0, work, (void *)(i + 1)));
    for (int i = 0; i < N; i++) { pthread_join(t[i], &r); bad += (long)r; }
    V(bad);
    return 0;
}
