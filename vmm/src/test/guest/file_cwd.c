/* behaviour: the working directory moves, survives its renaming and is what relative paths start from
   linkages: static pie musl */
#include "guest.h"
#include <limits.h>
int main(void) {
    char top[PATH_MAX], at[PATH_MAX]; NEED(getcwd(top, sizeof top)); size_t n = strlen(top);
#define HERE() do { if (getcwd(at, sizeof at)) printf("cwd %s\n", strncmp(at, top, n) ? at : at + n); else printf("cwd %s\n", errname(errno)); } while (0)
    mkdir("a", 0755); mkdir("a/b", 0755); put("a/b/f", "deep"); symlink("a/b", "s");
    R(chdir("a/b")); HERE(); show("f"); R(chdir("..")); HERE(); R(chdir("../s")); HERE(); R(chdir("none")); R(chdir("f")); R(chdir("")); R(chdir((char *)1));
    int fd = open("..", O_RDONLY | O_DIRECTORY); R(fchdir(fd)); HERE(); R(fchdir(99)); int f = open("b/f", O_RDONLY); R(fchdir(f));
    R(chdir("b")); R(rename("../b", "../c")); HERE(); show("f");
    char small[3]; R(getcwd(small, 3) == 0); V(errno == ERANGE);
    R(chdir("/")); HERE(); R(chdir("../../..")); HERE(); R(chdir(top)); HERE();
    mkdir("gone", 0755); R(chdir("gone")); R(rmdir("../gone")); errno = 0; V(getcwd(at, sizeof at) == 0); V(errno == ENOENT); R(open("x", O_CREAT | O_WRONLY, 0600)); R(chdir(".."));
    return 0;
}
