/* behaviour: each file call answers bad descriptors, pointers and flags with Linux's errno
   linkages: static pie musl */
#include "guest.h"
#include <sys/uio.h>
int main(void) {
    char b[64]; struct stat st; int p[2]; pipe(p); int d = open(".", O_RDONLY);
    R(read(99, b, 1)); R(write(99, b, 1)); R(pread(99, b, 1, 0)); R(pwrite(99, b, 1, 0)); R(lseek(99, 0, 0)); R(lseek(p[0], 0, SEEK_CUR)); R(pread(p[0], b, 1, 0)); R(pwrite(p[1], b, 1, 0)); R(read(p[1], b, 1)); R(write(p[0], b, 1)); R(read(d, b, 1)); R(ftruncate(d, 0)); R(fchmod(99, 0)); R(fsync(p[0]));
    R(mkdir((char *)8, 0)); R(rmdir((char *)8)); R(unlink((char *)8)); R(rename((char *)8, "x")); R(link((char *)8, "x")); R(symlink((char *)8, "x")); R(readlink((char *)8, b, 5)); R(readlink("x", (char *)8, 5)); R(chmod((char *)8, 0)); R(access((char *)8, 0)); R(truncate((char *)8, 0)); R(stat((char *)-1, &st)); R(chdir((char *)0x800000000000)); R(syscall(SYS_getcwd, 8, 4096)); R(pipe((int *)8)); R(syscall(SYS_pipe2, b, 0x7)); R(fcntl(1, F_GETLK, 8)); R(syscall(SYS_open, 0xffff800000000000, 0, 0));
    put("f", "x"); R(open("f", O_RDONLY)); int f = open("f", O_RDONLY); R(syscall(SYS_read, f, 0xffff800000000000, 10)); R(syscall(SYS_write, 1, 0xffff800000000000, 10)); R(mkdir("f/x", 0)); R(unlink("f/x")); R(symlink("a", "no/x")); R(link("f", "f/x")); R(mkdir("/", 0755)); R(rmdir("/")); R(unlink("/")); R(rename("/", "x")); R(mkdir(".", 0755)); R(mkdir("..", 0755)); R(unlink(".")); R(unlink("..")); R(rmdir("..")); R(open("f/", O_RDONLY)); R(open("new/", O_CREAT | O_WRONLY, 0600)); R(mkdir("new/", 0755)); R(unlink("new/")); R(rmdir("new/"));
    R(syscall(99999)); R(syscall(-1)); R(syscall(SYS_openat, -100, "f", 0x40000000 | O_RDONLY, 0) >= 0); R(syscall(SYS_lseek, f, 0, 9)); R(syscall(SYS_dup, -1)); R(syscall(SYS_ioctl, 99, 0, 0)); R(syscall(SYS_ioctl, f, 0x12345678, 0)); R(syscall(SYS_fcntl, f, F_SETFL, 0)); R(close(p[0])); signal(SIGPIPE, SIG_IGN); R(write(p[1], b, 1));
    return 0;
}
