/* behaviour: symbolic and hard links resolve, count, loop and dangle as path_resolution(7) says
   linkages: static pie musl */
#include "guest.h"
#include <limits.h>
int main(void) {
    struct stat st; char text[100];
    put("f", "content"); mkdir("d", 0755); put("d/g", "in d");
    R(symlink("f", "s1")); R(symlink("s1", "s2")); R(symlink("d", "sd")); R(symlink("../f", "d/up")); R(symlink("nowhere", "dangling"));
    R(symlink("x", "f")); R(symlink("", "e"));
    show("s2"); show("sd/g"); show("d/up"); show("sd/up"); show("dangling"); show("sd/../f"); show("s1/"); show("sd/.././d/./g");
    memset(text, 0, 100); R(readlink("s2", text, 99)); puts(text); R(readlink("s2", text, 1)); R(readlink("f", text, 99)); R(readlink("none", text, 99)); R(readlink("s2", text, 0));
    R(lstat("s2", &st)); V(S_ISLNK(st.st_mode)); V(st.st_size); R(stat("s2", &st)); V(S_ISREG(st.st_mode)); V(st.st_size);
    R(lstat("sd/", &st)); V(S_ISDIR(st.st_mode)); R(lstat("dangling", &st)); R(stat("dangling", &st));
    R(link("f", "h")); R(stat("f", &st)); V(st.st_nlink); R(link("f", "h")); R(link("d", "hd")); R(link("none", "x"));
    put("h", "changed by h"); show("f"); R(unlink("f")); show("h"); show("s1"); R(stat("h", &st)); V(st.st_nlink);
    R(linkat(AT_FDCWD, "s2", AT_FDCWD, "hs", 0)); R(lstat("hs", &st)); V(S_ISLNK(st.st_mode));
    char name[16];
    symlink("h", "c0");
    for (int i = 1; i < 45; i++) { char to[16]; snprintf(name, 16, "c%d", i); snprintf(to, 16, "c%d", i - 1); symlink(to, name); }
    R(stat("c30", &st)); R(stat("c39", &st)); R(stat("c44", &st));
    symlink("l2", "l1"); symlink("l1", "l2"); R(stat("l1", &st)); R(stat("l1/x", &st)); R(open("l1", O_CREAT | O_WRONLY, 0600));
    R(open("dangling", O_CREAT | O_WRONLY, 0600)); R(stat("nowhere", &st)); R(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0600));
    char here[PATH_MAX], there[PATH_MAX]; NEED(getcwd(here, sizeof here)); NEED(realpath("sd/up/../h", there) == 0); V(errno == ENOTDIR);
    NEED(realpath("sd/../s2/", there) == 0); NEED(realpath("sd/../h", there)); puts(there + strlen(here));
    R(rename("s2", "s3")); R(lstat("s3", &st)); V(S_ISLNK(st.st_mode)); R(unlink("sd")); show("d/g");
    R(unlink("s1/")); R(rmdir("s3"));
    return 0;
}
