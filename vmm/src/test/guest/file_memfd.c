/* behaviour: files of memory grow, map, seal and vanish
   linkages: static pie */
#include "guest.h"
int main(void) {
    int fd = memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING); NEED(fd >= 0); V(fcntl(fd, F_GETFD));
    R(ftruncate(fd, 10000)); char *p = mmap(0, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); NEED(p != MAP_FAILED); strcpy(p + 9000, "in memory");
    char text[16] = ""; R(pread(fd, text, 10, 9000)); puts(text); R(write(fd, "start", 5)); printf("%.5s\n", p); struct stat st; R(fstat(fd, &st)); V(st.st_size); V(st.st_nlink); V(S_ISREG(st.st_mode));
    R(munmap(p, 10000)); R(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)); R(fcntl(fd, F_GET_SEALS)); R(ftruncate(fd, 5)); R(ftruncate(fd, 20000)); R(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW)); R(write(fd, "x", 1)); R(ftruncate(fd, 30000));
    R(memfd_create("x", 0x4000)); R(memfd_create((char *)8, 0)); int plain = memfd_create("", 0); V(plain >= 0); R(fcntl(plain, F_ADD_SEALS, F_SEAL_WRITE));
    return 0;
}
