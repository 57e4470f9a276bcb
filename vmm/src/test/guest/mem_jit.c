/* behaviour: code that was just written runs, also after it is rewritten and its page changes rights again and again
   linkages: static pie */
#include "guest.h"
int main(void) {
    unsigned char *code = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long sum = 0;
    for (int i = 0; i < 300; i++) {
        NEED(!mprotect(code, 8192, PROT_READ | PROT_WRITE));
        unsigned char text[] = {0xb8, i, i >> 8, 0, 0, 0xc3}; /* mov eax, imm32; ret */
        memcpy(code + (i % 3) * 100 + 4000, text, sizeof text);
        NEED(!mprotect(code, 8192, PROT_READ | PROT_EXEC));
        int r = ((int (*)(void))(code + (i % 3) * 100 + 4000))();
        NEED(r == i);
        sum += r;
    }
    V(sum);
    unsigned char *rwx = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sum = 0;
    for (int i = 0; i < 5000; i++) {
        unsigned char text[] = {0xb8, i, i >> 8, 0, 0, 0xc3};
        memcpy(rwx, text, sizeof text);
        sum += ((int (*)(void))rwx)();
    }
    V(sum);
    return 0;
}
