/* behaviour: sendfile, copy_file_range and splice move bytes or say that they cannot
   linkages: static pie */
#include "guest.h"
#include <sys/sendfile.h>
int main(void) {
    static char block[100000]; for (int i = 0; i < 100000; i++) block[i] = i * 7;
    int a = open("a", O_CREAT | O_RDWR, 0600), b = open("b", O_CREAT | O_RDWR, 0600); R(write(a, block, 100000)); R(lseek(a, 0, SEEK_SET));
    R(sendfile(b, a, 0, 60000)); R(lseek(a, 0, SEEK_CUR)); off_t off = 60000; R(sendfile(b, a, &off, 60000)); V(off); R(lseek(b, 0, SEEK_END)); static char copy[100000]; R(pread(b, copy, 100000, 0)); V(memcmp(block, copy, 100000)); R(sendfile(b, 99, 0, 1)); R(sendfile(99, a, 0, 1));
    int p[2]; pipe(p); R(sendfile(p[1], a, (off = 10, &off), 100)); R(read(p[0], copy, 200)); V(memcmp(copy, block + 10, 100));
    int c = open("c", O_CREAT | O_RDWR, 0600); off_t from = 0, to = 0; long n = copy_file_range(a, &from, c, &to, 100000, 0); if (n == 100000) { R(pread(c, copy, 100000, 0)); V(memcmp(block, copy, 100000)); } V(n);
    return 0;
}
