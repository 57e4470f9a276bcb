/* behaviour: dup, dup2, dup3 and fcntl share an offset and keep flags apart
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    put("f", "abcdefghij"); char c;
    int a = open("f", O_RDWR); int b = dup(a); V(b == a + 1); read(a, &c, 1); read(b, &c, 1); printf("%c\n", c);
    R(dup2(a, 20)); read(20, &c, 1); printf("%c\n", c); R(dup2(a, a)); R(dup2(99, 5)); R(dup2(a, -1)); R(dup(99)); R(dup3(a, a, 0)); R(dup3(a, 21, O_CLOEXEC)); V(fcntl(21, F_GETFD)); V(fcntl(20, F_GETFD));
    R(fcntl(a, F_DUPFD, 10)); R(fcntl(a, F_DUPFD_CLOEXEC, 10)); R(fcntl(a, F_DUPFD, -1)); R(fcntl(a, F_SETFD, FD_CLOEXEC)); V(fcntl(a, F_GETFD)); V(fcntl(b, F_GETFD));
    R(fcntl(a, F_SETFL, O_APPEND | O_NONBLOCK)); V(fcntl(b, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)); R(fcntl(99, F_GETFL)); R(fcntl(a, 9999)); R(close(a)); read(b, &c, 1); printf("%c\n", c);
    R(lseek(20, 0, SEEK_CUR)); int d = open("f", O_RDONLY); V(d == a); read(d, &c, 1); printf("%c\n", c);
    R(dup2(d, b)); R(lseek(b, 0, SEEK_CUR)); close(1 + 100);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET}; R(fcntl(20, F_SETLK, &lock)); lock.l_type = F_RDLCK; R(fcntl(20, F_GETLK, &lock)); V(lock.l_type == F_UNLCK); lock.l_type = F_UNLCK; R(fcntl(20, F_SETLK, &lock));
    int saved = dup(1); int out = open("out", O_CREAT | O_RDWR, 0600); fflush(stdout); R(dup2(out, 1)); puts("into the file"); fflush(stdout); dup2(saved, 1); show("out");
    R(syscall(SYS_close_range, 20, 30, 0)); R(fcntl(20, F_GETFD)); R(fcntl(saved, F_GETFD));
    return 0;
}
