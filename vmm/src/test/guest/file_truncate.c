/* behaviour: truncate and ftruncate cut and extend with zeros
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    put("f", "0123456789");
    R(truncate("f", 4)); show("f"); R(truncate("f", 8));
    int fd = open("f", O_RDWR); char text[64]; long n = read(fd, text, 64); V(n); for (int i = 0; i < n; i++) printf("%d ", text[i]); puts("");
    R(ftruncate(fd, 0)); R(lseek(fd, 0, SEEK_CUR)); R(write(fd, "end", 3)); R(lseek(fd, 0, SEEK_END)); R(pread(fd, text, 64, 0)); V(text[0]); V(text[8]);
    R(ftruncate(fd, -1)); R(truncate("none", 0)); R(truncate(".", 0)); int ro = open("f", O_RDONLY); R(ftruncate(ro, 0)); R(ftruncate(99, 0));
    R(ftruncate(fd, 1L << 36)); struct stat st; R(fstat(fd, &st)); V(st.st_size); R(pread(fd, text, 3, (1L << 36) - 3)); V(text[0]); R(ftruncate(fd, 5)); R(ftruncate(fd, 10000));
    static char big[10000]; memset(big, 1, sizeof big); R(pread(fd, big, 10000, 0)); V(big[4]); V(big[5]); V(big[9999]);
    int p[2]; pipe(p); R(ftruncate(p[1], 0)); R(fsync(fd)); R(fdatasync(fd)); R(fsync(99)); sync();
    R(fallocate(fd, 0, 0, 20000)); R(fstat(fd, &st)); V(st.st_size); R(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL)); R(fallocate(fd, 0, -1, 20000));
    return 0;
}
