/* behaviour: openat2 keeps a path where it is told to, and names can change places
   linkages: static pie */
#include "guest.h"
#include <linux/openat2.h>
static long o(int dir, const char *path, unsigned long flags, unsigned long mode, unsigned long resolve) { struct open_how how = {flags, mode, resolve}; long fd = syscall(SYS_openat2, dir, path, &how, sizeof how); if (fd > 2) { close(fd); return 0; } return fd; }
#define O(...) R(o(__VA_ARGS__))
int main(void) {
    mkdir("d", 0755); mkdir("d/e", 0755); put("d/f", "f"); put("out", "o"); symlink("f", "d/near"); symlink("../out", "d/far"); symlink("/out", "d/abs"); symlink("/f", "d/rooted"); symlink("e/..", "d/round");
    int d = open("d", O_PATH | O_DIRECTORY);
    O(d, "f", 0, 0, 0); O(d, "../out", 0, 0, 0); O(d, "../out", 0, 0, RESOLVE_BENEATH); O(d, "e/../f", 0, 0, RESOLVE_BENEATH); O(d, "near", 0, 0, RESOLVE_BENEATH); O(d, "far", 0, 0, RESOLVE_BENEATH); O(d, "abs", 0, 0, RESOLVE_BENEATH); O(d, "/out", 0, 0, RESOLVE_BENEATH); O(d, "round/f", 0, 0, RESOLVE_BENEATH);
    O(d, "../f", 0, 0, RESOLVE_IN_ROOT); O(d, "/f", 0, 0, RESOLVE_IN_ROOT); O(d, "rooted", 0, 0, RESOLVE_IN_ROOT); O(d, "far", 0, 0, RESOLVE_IN_ROOT); O(d, "new", O_CREAT | O_RDWR, 0600, RESOLVE_IN_ROOT); V(access("d/new", F_OK));
    O(d, "near", 0, 0, RESOLVE_NO_SYMLINKS); O(d, "f", 0, 0, RESOLVE_NO_SYMLINKS); O(d, "near", O_PATH | O_NOFOLLOW, 0, RESOLVE_NO_SYMLINKS); O(AT_FDCWD, "/proc/self/exe", 0, 0, RESOLVE_NO_MAGICLINKS); O(AT_FDCWD, "/proc/self/cwd/d", 0, 0, RESOLVE_NO_MAGICLINKS); O(AT_FDCWD, "/proc/version", 0, 0, RESOLVE_NO_XDEV); O(d, "f", 0, 0, RESOLVE_NO_XDEV);
    O(d, "f", 0, 0644, 0); O(d, "f", O_CREAT, 010000, 0); O(d, "f", 1UL << 40, 0, 0); O(d, "f", 0, 0, 64); O(d, "f", 0, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT); O(d, "f", O_PATH | O_RDWR, 0, 0); O(d, "f", O_CREAT | O_EXCL, 0600, 0);
    struct open_how how = {0}; R(syscall(SYS_openat2, d, "f", &how, 8)); char big[64] = {0}; V(syscall(SYS_openat2, d, "f", big, sizeof big) > 0); big[40] = 1; R(syscall(SYS_openat2, d, "f", big, sizeof big)); R(syscall(SYS_openat2, d, "f", 8, sizeof how));
    R(renameat2(d, "f", AT_FDCWD, "out", RENAME_EXCHANGE)); show("d/f"); show("out"); R(renameat2(d, "e", AT_FDCWD, "out", RENAME_EXCHANGE)); show("d/e"); struct stat st; R(stat("out", &st)); V(S_ISDIR(st.st_mode)); R(renameat2(d, "e", d, "none", RENAME_EXCHANGE)); R(renameat2(d, "e", d, "f", RENAME_EXCHANGE | RENAME_NOREPLACE)); mkdir("out/deep", 0755); R(renameat2(AT_FDCWD, "out", AT_FDCWD, "out/deep", RENAME_EXCHANGE)); R(renameat2(AT_FDCWD, "out/deep", AT_FDCWD, "out", RENAME_EXCHANGE)); R(renameat2(d, "e", d, "e", RENAME_EXCHANGE)); stat("d", &st); V(st.st_nlink); stat(".", &st); 
    return 0;
}
