/* behaviour: jumping to any address of ring 0, the stubs' among them, is SIGSEGV there
   linkages: static
   flags: -Isrc/test/guest */
#include "catch.h"
static int jump(unsigned long to, unsigned long rcx, unsigned long rax) {
    if (sigsetjmp(catch_back, 1)) return catch_signal;
    __asm__ volatile("call *%0" : : "r"(to), "c"(rcx), "a"(rax) : "rdx", "rsi", "rdi", "r11", "memory");
    return 0;
}
int main(void) {
    catch_faults();
    unsigned long linear = 0xffff800000000000, fixed = linear + (511UL << 30);
    jump(fixed + 0x7000, 0, 39); jump(fixed + 0x7010, 0, 39); jump(fixed + 0x7020, 0, 39); jump(fixed + 0x7100, 0, 231); jump(linear + 0x7000, 0, 39);
    catch_quiet = 1;
    int bad = 0, n = 0;
    for (unsigned long at = 0; at < 0x300; at++) { n++; bad += jump(fixed + 0x7000 + at, 0, 231) != SIGSEGV; }
    for (unsigned long page = 0; page < 0x40; page++) { n += 2; bad += jump(fixed + page * 4096, 0, 231) != SIGSEGV; bad += jump(linear + page * 4096 + 16, 0, 231) != SIGSEGV; }
    for (int shift = 12; shift < 47; shift++) { n++; bad += jump(linear + (1UL << shift), 0, 231) != SIGSEGV; }
    /* at the system-call stub with registers that do not come of a system call */
    unsigned char *data = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned long rcx[] = {0, 1, 2, 0x1000, (unsigned long)data + 2, (unsigned long)data, -1UL, -2UL, linear, fixed + 0x7002, 0x7ffffffff000, 1UL << 47, 1UL << 63};
    for (unsigned i = 0; i < sizeof rcx / 8; i++) { n++; bad += jump(fixed + 0x7000, rcx[i], 231) != SIGSEGV; }
    V(n); V(bad);
    return 0;
}
