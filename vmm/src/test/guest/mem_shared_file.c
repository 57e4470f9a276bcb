/* behaviour: a shared mapping and the file it maps are the same bytes; beyond the end is SIGBUS
   linkages: static pie musl */
#include "guest.h"
#include <setjmp.h>
static sigjmp_buf back;
static char *base;
static void on_bus(int sig, siginfo_t *info, void *context) {
    (void)context;
    printf("signal %d code %d at %ld\n", sig, info->si_code, (long)((char *)info->si_addr - base));
    siglongjmp(back, 1);
}
int main(void) {
    struct sigaction act = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &act, 0); sigaction(SIGSEGV, &act, 0);
    int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0600);
    NEED(fd >= 0);
    R(ftruncate(fd, 5000));
    base = mmap(0, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    NEED(base != MAP_FAILED);
    char *two = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    NEED(two != MAP_FAILED);
    strcpy(base + 4090, "through the map");
    printf("%s\n", two + 4090);
    char text[32] = "";
    R(pread(fd, text, 15, 4090)); puts(text);
    R(pwrite(fd, "BY WRITE", 8, 4090));
    printf("%s\n", base + 4090);
    two[4091] = 'y';
    printf("%s\n", base + 4090);
    V(base[5500]);
    if (!sigsetjmp(back, 1)) V(((volatile char *)base)[8192]);
    if (!sigsetjmp(back, 1)) ((volatile char *)base)[3 * 4096 + 5] = 1;
    R(ftruncate(fd, 16384));
    V(base[8192]);
    base[8192] = 'q';
    R(pread(fd, text, 1, 8192)); V(text[0]);
    R(mprotect(two, 4096, PROT_READ)); V(two[100]); R(mprotect(two, 4096, PROT_READ | PROT_WRITE)); two[100] = 3; V(base[100]);
    R(msync(base, 16384, MS_SYNC));
    R(msync(base + 1, 100, MS_SYNC));
    R(ftruncate(fd, 4096));
    if (!sigsetjmp(back, 1)) V(((volatile char *)base)[4096]);
    R(unlink("f"));
    R(close(fd));
    strcpy(base, "still here");
    puts(two);
    R(munmap(base, 16384)); R(munmap(two, 8192));
    char *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    NEED(shared != MAP_FAILED);
    strcpy(shared, "shared anonymous"); puts(shared);
    return 0;
}
