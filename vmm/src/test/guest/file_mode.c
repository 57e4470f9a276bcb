/* behaviour: umask, chmod, fchmod and access act on the mode bits
   linkages: static pie musl */
#include "guest.h"
static void mode(const char *path) { struct stat st; if (lstat(path, &st)) printf("%s %s\n", path, errname(errno)); else printf("%s %o\n", path, st.st_mode); }
int main(void) {
    V(umask(0) >= 0); close(creat("a", 0666)); mode("a"); V(umask(077)); close(creat("b", 0777)); mode("b"); mkdir("d", 0777); mode("d"); V(umask(022)); V(umask(022));
    R(chmod("a", 0400)); mode("a"); R(chmod("a", 04755)); mode("a"); R(chmod("none", 0600)); symlink("a", "l"); R(chmod("l", 0601)); mode("a"); mode("l");
    int fd = open("b", O_RDONLY); R(fchmod(fd, 0640)); mode("b"); R(fchmod(99, 0640)); R(chmod("d", 01777)); mode("d");
    R(access("a", F_OK)); R(access("a", X_OK)); R(access("b", R_OK | W_OK)); R(access("none", F_OK)); R(access("a/x", F_OK)); R(access("a", 64));
    R(faccessat(AT_FDCWD, "a", R_OK, 0)); R(fchmodat(AT_FDCWD, "a", 0600, 0)); mode("a"); put("n", ""); R(chmod("n", 0644)); R(access("n", X_OK));
    R(chown("a", -1, -1)); R(chown("a", geteuid(), getegid())); R(fchown(fd, -1, -1)); R(lchown("l", -1, -1)); R(chown("none", 0, 0));
    return 0;
}
