/* behaviour: the devices every program takes for granted are there
   linkages: static pie musl */
#include "guest.h"
#include <sys/ioctl.h>
#include <sys/random.h>
int main(void) {
    char a[64], b[64]; int fd;
    fd = open("/dev/null", O_RDWR); R(write(fd, a, 64)); R(read(fd, a, 64)); R(lseek(fd, 100, SEEK_SET)); R(ftruncate(fd, 0));
    fd = open("/dev/zero", O_RDWR); memset(a, 1, 64); R(read(fd, a, 64)); V(a[63]); R(write(fd, a, 64)); char *z = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0); NEED(z != MAP_FAILED); V(z[5000]); z[5000] = 3; V(z[5000]);
    fd = open("/dev/full", O_RDWR); R(write(fd, a, 1)); R(read(fd, a, 8));
    fd = open("/dev/urandom", O_RDONLY); R(read(fd, a, 64)); R(read(fd, b, 64)); V(memcmp(a, b, 64) != 0); fd = open("/dev/random", O_RDONLY); R(read(fd, a, 16));
    R(getrandom(a, 64, 0)); R(getrandom(b, 64, GRND_NONBLOCK)); V(memcmp(a, b, 64) != 0); R(getrandom(a, 64, 0x100)); R(getrandom((void *)16, 64, 0)); R(getrandom(a, 0, 0));
    R(access("/dev/stdin", F_OK)); R(access("/dev/fd", F_OK)); fd = open("/dev/stdout", O_WRONLY); fflush(stdout); R(write(fd, "by name\n", 8)); fd = open("/dev/fd/1", O_WRONLY); fflush(stdout); R(write(fd, "by fd\n", 6));
    R(isatty(0)); R(isatty(1)); R(isatty(99)); struct winsize w; R(ioctl(1, TIOCGWINSZ, &w)); R(ioctl(99, TIOCGWINSZ, &w)); int n = 9; put("f", "12345"); fd = open("f", O_RDONLY); R(ioctl(fd, FIONREAD, &n)); V(n); R(ioctl(fd, FIOCLEX)); V(fcntl(fd, F_GETFD));
    R(open("/dev/none", O_RDONLY)); R(open("/dev/tty", O_RDWR) >= 0 ? 0 : 0); R(open("/dev/mem", O_RDONLY) < 0 ? -5 : -5); int shm = open("/dev/shm/thaw-test", O_CREAT | O_RDWR, 0600); V(shm >= 0); R(unlink("/dev/shm/thaw-test"));
    return 0;
}
