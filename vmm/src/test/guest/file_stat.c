/* behaviour: stat, fstat, lstat, statx and statfs agree on a file
   linkages: static pie musl */
#include "guest.h"
#include <sys/statfs.h>
#include <sys/sysmacros.h>
int main(void) {
    struct stat a, b, c;
    umask(027);
    put("f", "0123456789");
    R(stat("f", &a)); int fd = open("f", O_RDWR); R(fstat(fd, &b)); R(lstat("f", &c));
    V(a.st_ino == b.st_ino && b.st_ino == c.st_ino && a.st_dev == b.st_dev); V(a.st_ino != 0);
    V(a.st_size); printf("%o %o\n", a.st_mode, b.st_mode); V(a.st_nlink); V(a.st_uid == geteuid()); V(a.st_gid == getegid());
    V(a.st_blocks > 0); V(a.st_blksize > 0);
    R(stat("/dev/null", &a)); printf("%o %d %d\n", a.st_mode & S_IFMT, major(a.st_rdev), minor(a.st_rdev));
    R(stat("/dev/zero", &a)); printf("%o %d %d\n", a.st_mode & S_IFMT, major(a.st_rdev), minor(a.st_rdev));
    R(stat("/dev/urandom", &a)); printf("%o %d %d\n", a.st_mode & S_IFMT, major(a.st_rdev), minor(a.st_rdev));
    R(stat("/", &a)); V(S_ISDIR(a.st_mode)); R(stat("/tmp", &a)); V(S_ISDIR(a.st_mode)); R(stat(".", &a)); R(stat("..", &b)); V(a.st_ino != b.st_ino);
    R(stat("f/..", &a)); R(stat("", &a)); R(stat("none", &a)); R(syscall(SYS_stat, 16, &a)); R(syscall(SYS_stat, "f", 16)); R(fstat(99, &a));
    int p[2]; pipe(p); R(fstat(p[0], &a)); V(S_ISFIFO(a.st_mode));
    R(syscall(SYS_newfstatat, fd, "", &a, AT_EMPTY_PATH)); V(a.st_size); R(syscall(SYS_newfstatat, fd, "x", &a, 0)); R(syscall(SYS_newfstatat, AT_FDCWD, "f", &a, 0x4000000));
    struct { uint32_t mask, blksize; uint64_t attributes; uint32_t nlink, uid, gid; uint16_t mode, spare; uint64_t ino, size, blocks, amask; char rest[256]; } x;
    memset(&x, 0, sizeof x);
    R(syscall(SYS_statx, AT_FDCWD, "f", 0, 0x7ff, &x)); V((x.mask & 0x7ff) == 0x7ff); V(x.size); printf("%o\n", x.mode); V(x.nlink); V(x.ino == c.st_ino);
    R(syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0x7ff, &x)); R(syscall(SYS_statx, AT_FDCWD, "f", 0x8000000, 0x7ff, &x));
    struct statfs s; R(statfs(".", &s)); V(s.f_bsize > 0); V(s.f_namelen); R(fstatfs(fd, &s)); R(statfs("none", &s)); R(fstatfs(88, &s)); R(statfs("/proc", &s)); printf("%lx\n", (long)s.f_type);
    return 0;
}
