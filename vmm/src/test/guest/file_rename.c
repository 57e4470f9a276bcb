/* behaviour: rename replaces, refuses and moves as rename(2) says; unlinked files live while open
   linkages: static pie musl */
#include "guest.h"
int main(void) {
    put("a", "A"); put("b", "B");
    int b = open("b", O_RDWR);
    R(rename("a", "b")); show("a"); show("b");
    char c = 0; R(pread(b, &c, 1, 0)); V(c);
    struct stat st; R(fstat(b, &st)); V(st.st_nlink);
    R(rename("none", "x")); R(rename("b", "b")); R(rename("b", "no/dir"));
    mkdir("d", 0755); mkdir("e", 0755); put("e/inside", "i");
    R(rename("b", "d")); R(rename("d", "b")); R(rename("d", "e")); R(rename("e", "d")); show("d/inside");
    R(rename("d", "d/sub")); R(rename("d", "d/inside/x"));
    R(mkdir("deep", 0755)); R(rename("d", "deep/d")); show("deep/d/inside");
    R(chdir("deep/d")); R(rename("../../deep", "../../deeper")); show("inside"); R(chdir("../..")); show("deeper/d/inside");
    int u = open("u", O_CREAT | O_RDWR, 0600);
    R(unlink("u")); R(unlink("u")); R(write(u, "gone but open", 13)); R(lseek(u, 0, SEEK_SET));
    char text[32] = ""; R(read(u, text, 31)); puts(text);
    R(open("u", O_RDONLY)); R(unlink("deeper")); R(rmdir("deeper")); R(rmdir("b")); R(unlink("no/x"));
    R(unlink("deeper/d/inside")); R(rmdir("deeper/d")); R(rmdir("deeper")); R(rmdir("deeper"));
    R(rmdir(".")); R(rename(".", "x")); R(unlink(""));
    R(syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "b2", 1)); put("b3", "3");
    R(syscall(SYS_renameat2, AT_FDCWD, "b2", AT_FDCWD, "b3", 1));
    R(syscall(SYS_renameat2, AT_FDCWD, "b2", AT_FDCWD, "b3", 64));
    return 0;
}
