/* behaviour: tries each way out of the mounts that it knows; prints what it could read of the secret
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#include <dirent.h>
#include <sys/syscall.h>
static const char *secret; static int leaks;
static void try_fd(const char *how, int fd) { char b[256]; if (fd < 0) return; long n = read(fd, b, 255); close(fd); if (n > 0) { b[n] = 0; if (strstr(b, "TOP SECRET")) { printf("LEAK through %s\n", how); leaks++; } } }
static void try(const char *path) { try_fd(path, open(path, O_RDONLY)); int p = open(path, O_PATH); if (p >= 0) { char l[64]; snprintf(l, 64, "/proc/self/fd/%d", p); try_fd(path, open(l, O_RDONLY)); try_fd(path, openat(p, "", O_RDONLY)); close(p); } }
int main(int argc, char **argv) {
    secret = argv[1]; (void)argc; char path[8192]; const char *name = strrchr(secret, '/') + 1; char dir[4096]; strcpy(dir, secret); *strrchr(dir, '/') = 0;
    const char *before[] = {"", "/proc/self/root", "/proc/1/root", "/proc/self/cwd/../../../../../../../..", "/proc/thread-self/root", "/program/../../../../../..", "/program/up", "/program/rootlink", "/dev/fd/../../../../..", "/proc/self/task/1/root", "/usr/../../..", "//", "/./..", "/thaw-scratch/../..", "/volume/../..", "/proc/self/fd/3/../../../../..", "/sys/../..", "/proc/../../.."};
    int root = open("/", O_RDONLY | O_DIRECTORY), program = open("/program", O_RDONLY | O_DIRECTORY); 
    for (unsigned i = 0; i < sizeof before / sizeof *before; i++) { snprintf(path, sizeof path, "%s%s", before[i], secret); try(path); }
    const char *links[] = {"/program/absolute", "/program/relative", "/program/dir/secret", "/program/dir/../dir/secret", "/program/chain", "/volume/absolute", "/volume/relative", "/volume/dir/secret", "/proc/self/root/program/absolute"}; for (unsigned i = 0; i < sizeof links / sizeof *links; i++) try(links[i]);
    for (int n = 1; n < 30; n++) { char *p = path; strcpy(p, "/program/"); for (int i = 0; i < n; i++) strcat(p, "../"); strcat(p, secret + 1); try(p); memset(path, 0, 100); for (int i = 0; i < n; i++) strcat(p, "../"); strcat(p, secret + 1); try_fd("openat program ..", openat(program, p, O_RDONLY)); try_fd("openat root ..", openat(root, p, O_RDONLY)); }
    chdir("/program"); for (int i = 0; i < 30; i++) chdir(".."); try(secret + 1); chdir("/thaw-scratch");
    R(symlink(secret, "mine")); try("mine"); R(symlink(dir, "minedir")); snprintf(path, sizeof path, "minedir/%s", name); try(path); symlink("../../../../../../../../../../..", "rel"); snprintf(path, sizeof path, "rel%s", secret); try(path); symlink("/proc/self/root", "pr"); snprintf(path, sizeof path, "pr%s", secret); try(path);
    chdir("/volume"); symlink(secret, "mine"); try("mine"); try("/volume/mine"); symlink(dir, "minedir"); snprintf(path, sizeof path, "/volume/minedir/%s", name); try(path); link("/volume/absolute", "hard"); try("hard"); rename("absolute", "renamed"); try("renamed"); symlink("../..", "out"); snprintf(path, sizeof path, "out/%s", secret); try(path); mkdir("sub", 0755); int sub = open("sub", O_RDONLY | O_DIRECTORY); rename("sub", "/thaw-scratch/sub"); try_fd("moved", openat(sub, "../../secret", O_RDONLY)); 
    put("/volume/written", "w"); mknod("dev", S_IFBLK | 0600, 0xfe00); int block = open("dev", O_RDONLY); V(block < 0);
    for (int f = 0; f < 64; f++) { snprintf(path, sizeof path, "/proc/self/fd/%d/../../../../../..%s", f, secret); try(path); snprintf(path, sizeof path, "/proc/self/fd/%d", f); char to[4096] = ""; long n = readlink(path, to, 4095); if (n > 0 && strstr(to, "thaw-escape")) { printf("LEAK of a host path: %s -> %s\n", path, to); leaks++; } }
    FILE *maps = fopen("/proc/self/maps", "r"); while (maps && fgets(path, sizeof path, maps)) if (strstr(path, "thaw-escape")) { printf("LEAK of a host path in maps: %s", path); leaks++; }
    FILE *mounts = fopen("/proc/self/mountinfo", "r"); while (mounts && fgets(path, sizeof path, mounts)) if (strstr(path, "thaw-escape")) { printf("LEAK of a host path in mountinfo: %s", path); leaks++; } mounts = fopen("/proc/mounts", "r"); while (mounts && fgets(path, sizeof path, mounts)) if (strstr(path, "thaw-escape")) { printf("LEAK of a host path in mounts: %s", path); leaks++; }
    long r = syscall(SYS_chroot, ".."); (void)r; try(secret); r = syscall(161, "/program/up"); try(secret); try("/etc/shadow-of-the-host"); V(leaks); return leaks != 0;
}
