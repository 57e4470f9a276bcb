/* behaviour: inotify tells of everything that is done to watched files and directories, as often and in the order Linux does
   linkages: static pie */
#include "guest.h"
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
static int fd;
static void events(const char *what) {
    char buf[4096] __attribute__((aligned(8))); long n; printf("-- %s\n", what); unsigned first = 0;
    while ((n = read(fd, buf, sizeof buf)) > 0) for (char *p = buf; p < buf + n;) { struct inotify_event *e = (void *)p; if (e->cookie && !first) first = e->cookie; printf("%d %x %d %u %s\n", e->wd, e->mask, e->cookie ? e->cookie == first : -1, e->len, e->len ? e->name : ""); p += sizeof *e + e->len; }
}
int main(void) {
    fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC); V(fd >= 0); R(inotify_init1(1)); char one[8]; R(read(fd, one, 8));
    mkdir("d", 0755); put("d/f", "content"); R(inotify_add_watch(fd, "d", IN_ALL_EVENTS)); R(inotify_add_watch(fd, "d/f", IN_ALL_EVENTS)); R(inotify_add_watch(fd, "d/none", IN_ALL_EVENTS)); R(inotify_add_watch(fd, "d", 0)); R(inotify_add_watch(fd, "d/f", IN_ONLYDIR | IN_OPEN)); R(inotify_add_watch(1, "d", IN_OPEN)); R(inotify_rm_watch(fd, 77));
    struct pollfd p = {fd, POLLIN}; R(poll(&p, 1, 0));
    int f = open("d/f", O_RDWR); char b[8]; read(f, b, 3); R(poll(&p, 1, 0)); int waiting; R(ioctl(fd, FIONREAD, &waiting)); V(waiting); events("open, read"); write(f, "xy", 2); write(f, "z", 1); ftruncate(f, 3); fchmod(f, 0600); events("write"); close(f); events("close");
    f = open("d/new", O_CREAT | O_WRONLY, 0644); write(f, "1", 1); close(f); events("create"); mkdir("d/sub", 0755); symlink("x", "d/link"); link("d/f", "d/hard"); events("names");
    rename("d/new", "d/newer"); events("rename inside"); rename("d/newer", "out"); events("rename out"); rename("out", "d/in"); events("rename in"); unlink("d/hard"); events("unlink hard"); rmdir("d/sub"); events("rmdir");
    int w = inotify_add_watch(fd, "d/in", IN_OPEN | IN_ONESHOT); V(w); close(open("d/in", O_RDONLY)); events("oneshot"); R(inotify_add_watch(fd, "d", IN_CREATE)); R(inotify_add_watch(fd, "d", IN_DELETE | IN_MASK_ADD)); R(inotify_add_watch(fd, "d", IN_OPEN | IN_MASK_CREATE)); put("d/c", "c"); unlink("d/c"); events("fewer");
    unlink("d/f"); events("unlink watched"); R(inotify_rm_watch(fd, 1)); events("removed"); rmdir("d"); R(read(fd, one, 8)); close(fd);
    return 0;
}
