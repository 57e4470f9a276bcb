/* behaviour: a file of megabytes written in odd pieces reads back the same
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    unsigned long seed = 42, sum = 0; static unsigned char buf[70001]; int fd = open("big", O_CREAT | O_RDWR, 0600); long total = 0;
    for (int i = 0; i < 150; i++) { long n = next_random(&seed) % sizeof buf; for (long j = 0; j < n; j++) { buf[j] = (unsigned char)(j * i); sum = sum * 31 + buf[j]; } NEED(write(fd, buf, n) == n); total += n; }
    V(total); lseek(fd, 0, SEEK_SET); unsigned long again = 0; long n, got = 0; while ((n = read(fd, buf, 65537)) > 0) { got += n; for (long j = 0; j < n; j++) again = again * 31 + buf[j]; } V(got); V(sum == again); 
    for (int i = 0; i < 2000; i++) { long at = next_random(&seed) % total; unsigned char c = i; NEED(pwrite(fd, &c, 1, at) == 1); unsigned char d; NEED(pread(fd, &d, 1, at) == 1 && d == c); }
    struct stat st; fstat(fd, &st); V(st.st_size); printf("%lu\n", sum); return 0;
}
