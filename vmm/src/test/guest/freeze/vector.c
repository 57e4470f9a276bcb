/* behaviour: holds vector, mask and x87 registers over the read at which it is frozen
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#include <immintrin.h>
static char in[64];
__attribute__((target("avx512f"))) static void with_avx512(void) {
    static long a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, out[32][8], masks[3];
    __asm__ volatile(
        "vmovdqu64 (%[a]),%%zmm0\n vpaddq %%zmm0,%%zmm0,%%zmm1\n vpaddq %%zmm1,%%zmm0,%%zmm15\n vpaddq %%zmm15,%%zmm1,%%zmm16\n vpaddq %%zmm16,%%zmm15,%%zmm31\n"
        "movl $0xbeef,%%eax\n kmovw %%eax,%%k1\n movl $0x1234,%%eax\n kmovw %%eax,%%k7\n fldpi\n fld1\n"
        "xorl %%eax,%%eax\n xorl %%edi,%%edi\n movq %[in],%%rsi\n movl $63,%%edx\n syscall\n"
        "vmovdqu64 %%zmm0,(%[o])\n vmovdqu64 %%zmm1,64(%[o])\n vmovdqu64 %%zmm15,128(%[o])\n vmovdqu64 %%zmm16,192(%[o])\n vmovdqu64 %%zmm31,256(%[o])\n"
        "kmovw %%k1,%%eax\n movq %%rax,(%[m])\n kmovw %%k7,%%eax\n movq %%rax,8(%[m])\n faddp\n fstpl 16(%[m])\n"
        : : [a] "r"(a), [o] "r"(out), [m] "r"(masks), [in] "r"(in) : "rax", "rdi", "rsi", "rdx", "rcx", "r11", "memory", "xmm0", "xmm1", "xmm15");
    for (int i = 0; i < 5; i++) { for (int j = 0; j < 8; j++) printf("%ld ", out[i][j]); puts(""); }
    double d; memcpy(&d, &masks[2], 8); printf("%lx %lx %.6f\n", masks[0], masks[1], d);
}
static void with_sse(void) { double x[2] = {1.25, 2.5}, y[2]; __asm__ volatile("movupd (%[x]),%%xmm9\n xorl %%eax,%%eax\n xorl %%edi,%%edi\n movq %[in],%%rsi\n movl $63,%%edx\n syscall\n movupd %%xmm9,(%[y])" : : [x] "r"(x), [y] "r"(y), [in] "r"(in) : "rax", "rdi", "rsi", "rdx", "rcx", "r11", "memory", "xmm9"); printf("%g %g\n", y[0], y[1]); }
int main(void) { setvbuf(stdout, 0, _IOFBF, 8192); unsigned csr = 0x7f80; __asm__ volatile("ldmxcsr %0" : : "m"(csr)); __builtin_cpu_init(); if (__builtin_cpu_supports("avx512f")) with_avx512(); else with_sse(); __asm__ volatile("stmxcsr %0" : "=m"(csr)); printf("%x\n", csr); return 0; }
