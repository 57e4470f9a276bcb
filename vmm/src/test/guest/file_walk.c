/* behaviour: nftw, glob, scandir and mkstemp work on a tree
   linkages: static pie musl */
#include "guest.h"
#include <dirent.h>
#include <ftw.h>
#include <glob.h>
static long files, dirs, links, bytes;
static int visit(const char *path, const struct stat *st, int type, struct FTW *at) { (void)path; (void)at; if (type == FTW_F) { files++; bytes += st->st_size; } else if (type == FTW_SL) links++; else dirs++; return 0; }
static int wipe(const char *path, const struct stat *st, int type, struct FTW *at) { (void)st; (void)type; (void)at; return remove(path); }
int main(void) {
    char path[64];
    for (int i = 0; i < 5; i++) { snprintf(path, 64, "t%d", i); mkdir(path, 0755); for (int j = 0; j < 8; j++) { snprintf(path, 64, "t%d/f%d.%s", i, j, j % 2 ? "txt" : "dat"); put(path, "0123456789"); } snprintf(path, 64, "t%d/link", i); symlink("f0.dat", path); }
    R(nftw(".", visit, 8, FTW_PHYS)); V(files); V(dirs); V(links); V(bytes);
    glob_t g; R(glob("t?/*[13].txt", 0, 0, &g)); V(g.gl_pathc); for (size_t i = 0; i < g.gl_pathc; i++) printf("%s ", g.gl_pathv[i]); puts("");
    struct dirent **list; int n = scandir("t1", &list, 0, alphasort); V(n); for (int i = 0; i < n; i++) printf("%s ", list[i]->d_name); puts("");
    char name[] = "tmpXXXXXX"; int fd = mkstemp(name); V(fd >= 0); R(unlink(name)); char dir[] = "dirXXXXXX"; V(mkdtemp(dir) != 0); R(rmdir(dir)); FILE *t = tmpfile(); NEED(t); fprintf(t, "temporary %d", 42); rewind(t); char text[32]; NEED(fgets(text, 32, t)); puts(text); fclose(t);
    for (int i = 0; i < 5; i++) { snprintf(path, 64, "t%d", i); NEED(!nftw(path, wipe, 8, FTW_PHYS | FTW_DEPTH)); } R(access("t0", F_OK));
    return 0;
}
