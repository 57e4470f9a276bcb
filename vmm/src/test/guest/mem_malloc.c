/* behaviour: malloc, calloc, realloc and free hold under a seeded stress
   linkages: static pie musl */
#include "guest.h"
#include <malloc.h>
struct block { unsigned char *at; size_t size; unsigned char tag; };
int main(void) {
    static struct block blocks[512];
    unsigned long seed = 88172645463325252UL;
    unsigned long total = 0;
    for (int i = 0; i < 60000; i++) {
        unsigned long r = next_random(&seed);
        struct block *b = &blocks[r % 512];
        if (b->at) {
            NEED(b->at[0] == b->tag && b->at[b->size - 1] == b->tag);
            if (r & 0x10000) {
                size_t size = (r >> 20) % (i % 97 == 0 ? 400000 : 3000) + 1;
                b->at = realloc(b->at, size);
                NEED(b->at && b->at[0] == b->tag);
                b->size = size;
                b->at[size - 1] = b->tag;
                continue;
            }
            free(b->at);
            b->at = 0;
        }
        b->size = (r >> 24) % (i % 53 == 0 ? 300000 : 2000) + 1;
        b->tag = r >> 56;
        b->at = (r & 0x20000) ? calloc(1, b->size) : malloc(b->size);
        NEED(b->at);
        if (r & 0x20000) NEED(b->at[b->size / 2] == 0);
        b->at[0] = b->at[b->size - 1] = b->tag;
        total += b->size;
    }
    printf("%lu\n", total);
    void *aligned;
    V(posix_memalign(&aligned, 4096, 10000)); V((uintptr_t)aligned % 4096);
    V((uintptr_t)aligned_alloc(64, 640) % 64);
    V(posix_memalign(&aligned, 3, 10));
    V(malloc(1UL << 62) == 0); V(errno == ENOMEM);
    char *p = malloc(32 << 20);
    memset(p, 1, 32 << 20);
    p = realloc(p, 48 << 20);
    V(p[(32 << 20) - 1]);
    free(p);
    return 0;
}
