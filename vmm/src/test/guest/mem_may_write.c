/* behaviour: mprotect neither makes a shared mapping of a file opened for reading writable, nor stops before what it may change
   linkages: static pie */
#include "guest.h"
int main(void) {
    long page = 4096;
    put("f", "content"); truncate("f", 8192);
    int fd = open("f", O_RDONLY);
    char *s = mmap(0, page, PROT_READ, MAP_SHARED, fd, 0); NEED(s != MAP_FAILED);
    char *p = mmap(0, page, PROT_READ, MAP_PRIVATE, fd, 0); NEED(p != MAP_FAILED);
    R(mprotect(s, page, PROT_READ | PROT_WRITE)); R(mprotect(s, page, PROT_NONE)); R(mprotect(s, page, PROT_READ)); V(s[0]);
    R(mprotect(p, page, PROT_READ | PROT_WRITE)); p[0] = 'C'; V(s[0]);
    V(mmap(0, page, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED); V(errno == EACCES);
    int m = memfd_create("sealed", MFD_ALLOW_SEALING); R(ftruncate(m, 8192)); R(fcntl(m, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
    V(mmap(0, page, PROT_READ | PROT_WRITE, MAP_SHARED, m, 0) == MAP_FAILED); V(errno == EPERM);
    char *r = mmap(0, page, PROT_READ, MAP_SHARED, m, 0); NEED(r != MAP_FAILED); R(mprotect(r, page, PROT_READ | PROT_WRITE));
    int path = open("f", O_PATH); V(mmap(0, page, PROT_READ, MAP_PRIVATE, path, 0) == MAP_FAILED); V(errno == EBADF);
    char *a = mmap(0, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); memset(a, 3, 4 * page);
    R(munmap(a + 2 * page, page)); R(mprotect(a, 4 * page, PROT_READ));
    int fds[2]; pipe(fds); R(read(fds[0], a, 0)); write(fds[1], "abcd", 4); R(read(fds[0], a, 1)); R(read(fds[0], a + page, 1)); R(read(fds[0], a + 3 * page, 1));
    R(mprotect(a, page, PROT_READ | 0x80)); R(mprotect(a + 1, page, PROT_READ)); R(mprotect(a, page, PROT_READ | PROT_GROWSDOWN)); R(mprotect(a, page, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP));
    return 0;
}
