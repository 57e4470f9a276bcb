/* behaviour: the *at calls start from a directory's descriptor
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    mkdir("d", 0755); int d = open("d", O_RDONLY | O_DIRECTORY), o = open("d", O_PATH); struct stat st; char text[64] = "";
    int f = openat(d, "f", O_CREAT | O_RDWR, 0600); V(f >= 0); R(write(f, "hi", 2)); show("d/f"); R(mkdirat(d, "s", 0700)); R(symlinkat("f", d, "l")); R(readlinkat(d, "l", text, 63)); puts(text); R(linkat(d, "f", d, "h", 0)); R(fstatat(d, "h", &st, 0)); V(st.st_nlink); R(fstatat(d, "l", &st, AT_SYMLINK_NOFOLLOW)); V(S_ISLNK(st.st_mode));
    R(renameat(d, "h", AT_FDCWD, "moved")); show("moved"); R(unlinkat(d, "l", 0)); R(unlinkat(d, "s", 0)); R(unlinkat(d, "s", AT_REMOVEDIR)); R(unlinkat(d, "f", AT_REMOVEDIR)); R(unlinkat(d, "f", 0x8000)); R(faccessat(d, "f", R_OK, 0)); R(faccessat(d, "none", R_OK, 0)); R(fchmodat(d, "f", 0611, 0)); R(fstatat(d, "f", &st, 0)); printf("%o\n", st.st_mode);
    R(openat(99, "f", O_RDONLY)); R(openat(f, "f", O_RDONLY)); R(openat(-1, "f", O_RDONLY)); char full[4096]; getcwd(full, 4000); strcat(full, "/d/f"); OK(openat(99, full, O_RDONLY)); OK(openat(d, "../moved", O_RDONLY)); OK(openat(o, "f", O_RDONLY)); R(read(o, text, 5)); R(openat(d, "", O_RDONLY));
    int op = open("d/f", O_PATH); V(op >= 0); R(read(op, text, 1)); R(fstat(op, &st)); V(st.st_size); R(fchmod(op, 0600)); int nf = open("d/f", O_RDONLY | O_NOFOLLOW); V(nf >= 0); R(linkat(f, "", AT_FDCWD, "empty", AT_EMPTY_PATH) == 5); R(rename("d", "dd")); OK(openat(d, "f", O_RDONLY));
    return 0;
}
