/* behaviour: every advice of madvise is taken or refused as Linux does, populating brings pages in, locks check their range
   linkages: static pie */
#include "guest.h"
#include <sys/prctl.h>
int main(void) {
    long page = 4096; int rw = PROT_READ | PROT_WRITE;
    char *p = mmap(0, 8 * page, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); unsigned char in[8];
    put("f", "file"); truncate("f", 3 * page); int fd = open("f", O_RDWR); char *s = mmap(0, 4 * page, rw, MAP_SHARED, fd, 0), *f = mmap(0, page, rw, MAP_PRIVATE, fd, 0);
    int takes[] = {0, 1, 2, 3, 4, 8, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 5, 6, 7, 26, -1};
    for (unsigned i = 0; i < sizeof takes / sizeof *takes; i++) { printf("%d\n", takes[i]); R(madvise(p, 2 * page, takes[i])); R(madvise(s, page, takes[i])); R(madvise(f, page, takes[i])); }
    R(madvise(p, 8 * page, 23)); R(mincore(p, 8 * page, in)); int all = 1; for (int i = 0; i < 8; i++) all &= in[i]; V(all);
    R(madvise(0, 0, 23)); R(madvise(0, 0, 99)); R(madvise(s, 3 * page, 22)); R(madvise(s, 4 * page, 22)); mprotect(p, page, PROT_READ); R(madvise(p, 2 * page, 23)); R(madvise(p, 2 * page, 22)); mprotect(p, page, PROT_NONE); R(madvise(p, page, 22));
    R(munmap(p + 4 * page, page)); R(madvise(p, 8 * page, 22)); R(madvise(p + page, 7 * page, MADV_DONTFORK)); R(madvise(p, (size_t)-1, MADV_NORMAL));
    strcpy(s + page, "hole"); R(madvise(s + page, page, MADV_REMOVE)); V(s[page]); V(lseek(fd, 0, SEEK_END));
    R(mlock(p + page, page)); R(mlock(p + page, 7 * page)); R(munlock(p + page, page)); R(mlock2(p + page, page, 1)); R(mlock2(p + page, page, 2)); R(mlockall(0)); R(mlockall(8)); R(munlockall());
    R(msync(s, page, MS_SYNC | MS_ASYNC)); R(msync(s, page, MS_ASYNC)); R(msync(s, page, MS_SYNC | MS_INVALIDATE)); R(msync(s, page, 8));
    return 0;
}
