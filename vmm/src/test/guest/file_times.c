/* behaviour: utimensat sets times to the nanosecond; writes move the modification time
   linkages: static pie musl */
#include "guest.h"
#include <sys/time.h>
#include <time.h>
#include <utime.h>
static void times(const char *path) { struct stat st; NEED(!lstat(path, &st)); printf("%s %ld.%09ld %ld.%09ld\n", path, st.st_atim.tv_sec, st.st_atim.tv_nsec, st.st_mtim.tv_sec, st.st_mtim.tv_nsec); }
int main(void) {
    put("f", "x"); symlink("f", "l");
    struct timespec t[2] = {{1000000000, 123456789}, {1500000000, 987654321}};
    R(utimensat(AT_FDCWD, "f", t, 0)); times("f");
    t[0].tv_nsec = UTIME_OMIT; t[1].tv_sec = 5; R(utimensat(AT_FDCWD, "f", t, 0)); times("f");
    t[0] = (struct timespec){7, 0}; t[1] = (struct timespec){8, 0}; R(utimensat(AT_FDCWD, "l", t, AT_SYMLINK_NOFOLLOW)); times("l"); times("f");
    int fd = open("f", O_RDWR); t[0].tv_sec = 9; R(futimens(fd, t)); times("f");
    struct timeval v[2] = {{11, 5}, {12, 6}}; R(utimes("f", v)); times("f"); struct utimbuf u = {21, 22}; R(utime("f", &u)); times("f");
    t[0].tv_nsec = 2000000000; R(utimensat(AT_FDCWD, "f", t, 0)); R(utimensat(AT_FDCWD, "none", 0, 0)); R(utimensat(AT_FDCWD, "f", 0, 0x10000000));
    struct stat st; long now = time(0); write(fd, "y", 1); fstat(fd, &st); V(labs(st.st_mtim.tv_sec - now) <= 2); V(st.st_atim.tv_sec == 21);
    R(utimensat(AT_FDCWD, "f", 0, 0)); lstat("f", &st); V(labs(st.st_atim.tv_sec - now) <= 2);
    return 0;
}
