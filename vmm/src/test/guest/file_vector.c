/* behaviour: readv, writev, preadv and pwritev move what their vectors say, partly when the file ends
   linkages: static pie musl */
#include "guest.h"
#include <sys/uio.h>
int main(void) {
    int fd = open("f", O_CREAT | O_RDWR, 0600);
    struct iovec out[4] = {{"abc", 3}, {"", 0}, {"defgh", 5}, {"ij", 2}};
    R(writev(fd, out, 4));
    R(pwritev(fd, out, 1, 8));
    char a[4] = "", b[8] = "", c[8] = "";
    struct iovec in[3] = {{a, 3}, {b, 5}, {c, 7}};
    R(lseek(fd, 0, SEEK_SET));
    R(readv(fd, in, 3));
    printf("%s %s %s\n", a, b, c);
    R(preadv(fd, in, 2, 4)); printf("%.3s %.5s\n", a, b);
    R(readv(fd, in, 3));
    R(readv(fd, in, -1)); R(readv(fd, in, 2000)); R(readv(fd, in, 0));
    R(readv(fd, (void *)16, 1));
    struct iovec bad[2] = {{a, 3}, {(void *)4096, 5}};
    R(preadv(fd, bad, 2, 0)); printf("%.3s\n", a);
    bad[0].iov_base = (void *)4096;
    R(preadv(fd, bad, 2, 0));
    struct iovec huge[2] = {{a, 1UL << 63}, {b, 1}};
    R(readv(fd, huge, 2));
    R(writev(77, out, 4));
    R(preadv(fd, in, 1, -5));
    R(pwritev(fd, bad, 2, 0));
    R(write(fd, (void *)4096, 5)); R(read(fd, (void *)4096, 5));
    R(write(fd, a, 0)); R(write(fd, (void *)4096, 0));
    /* a buffer of which only the first page is there */
    char *p = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(p + 4096, 4096); memset(p, 'p', 4096);
    int z = open("/dev/zero", O_RDONLY);
    R(read(z, p + 4090, 6)); R(read(z, p + 4096, 6));
    struct stat st; fstat(fd, &st); V(st.st_size);
    return 0;
}
