/* behaviour: directories list what they hold, can be rewound, and are removed only when empty
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
#include <dirent.h>
static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
static void list(const char *path) {
    DIR *d = opendir(path);
    if (!d) { printf("%s: %s\n", path, errname(errno)); return; }
    char *names[4096]; int n = 0;
    for (struct dirent *e; (e = readdir(d));) {
        char line[300]; snprintf(line, sizeof line, "%s(%d)", e->d_name, e->d_type);
        names[n++] = strdup(line);
    }
    closedir(d);
    qsort(names, n, sizeof *names, by_name);
    printf("%s %d:", path, n);
    for (int i = 0; i < n && i < 12; i++) printf(" %s", names[i]);
    puts("");
}
int main(void) {
    R(mkdir("d", 0750)); R(mkdir("d", 0750)); R(mkdir("no/d", 0755)); R(mkdir("d/sub/", 0755));
    put("d/file", "x"); symlink("file", "d/link");
    list("d"); list("d/"); list("d/sub"); list("d/file"); list("none"); list(".");
    R(rmdir("d")); R(rmdir("d/file")); R(unlink("d/sub"));
    mkdir("many", 0755);
    for (int i = 0; i < 1500; i++) { char name[64]; snprintf(name, sizeof name, "many/an entry with a longish name %04d", i); put(name, ""); }
    list("many");
    DIR *d = opendir("many"); int n = 0; struct dirent *e;
    while ((e = readdir(d))) n++;
    V(n); rewinddir(d); n = 0; while ((e = readdir(d))) n++;
    V(n);
    rewinddir(d); for (int i = 0; i < 5; i++) e = readdir(d);
    char fifth[300]; e = readdir(d); strcpy(fifth, e->d_name); rewinddir(d);
    for (int i = 0; i < 5; i++) e = readdir(d);
    e = readdir(d); V(strcmp(fifth, e->d_name)); closedir(d);
    for (int i = 0; i < 1500; i++) { char name[64]; snprintf(name, sizeof name, "many/an entry with a longish name %04d", i); NEED(!unlink(name)); }
    R(rmdir("many")); list("many");
    int fd = open("d", O_RDONLY | O_DIRECTORY); char buffer[16];
    R(syscall(SYS_getdents64, fd, buffer, 16)); R(syscall(SYS_getdents64, 0x1000, buffer, 16));
    R(syscall(SYS_getdents64, fd, 4096, 4096)); R(read(fd, buffer, 5)); R(write(fd, buffer, 5)); R(lseek(fd, 0, SEEK_SET));
    int f = open("d/file", O_RDONLY); char big[512]; R(syscall(SYS_getdents64, f, big, 512));
    struct stat st; R(stat("d", &st)); V(S_ISDIR(st.st_mode)); V(st.st_mode & 07777);
    return 0;
}
