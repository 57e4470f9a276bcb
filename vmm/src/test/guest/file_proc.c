/* behaviour: /proc/self tells the program of itself
   linkages: static pie musl
   arguments: one two
   environment: COLOUR=blue */
#include "guest.h"
#include <libgen.h>
int main(int argc, char **argv) {
    (void)argc; char text[4096]; long n; int fd;
    n = readlink("/proc/self/exe", text, 4095); NEED(n > 0); text[n] = 0; V(strcmp(basename(text), basename(strdup(argv[0]))));
    fd = open("/proc/self/cmdline", O_RDONLY); n = read(fd, text, 4096); V(n > 0); int words = 0; for (int i = 0; i < n; i++) words += text[i] == 0; V(words); puts(text + strlen(text) + 1);
    fd = open("/proc/self/environ", O_RDONLY); n = read(fd, text, 4095); text[n] = 0; int found = 0; for (char *e = text; e < text + n; e += strlen(e) + 1) found += !strcmp(e, "COLOUR=blue"); V(found);
    FILE *maps = fopen("/proc/self/maps", "r"); NEED(maps); int stack = 0, code = 0, lines = 0; unsigned long lo, hi, last = 0, me = (unsigned long)main; char rights[8];
    while (fgets(text, sizeof text, maps)) { lines++; NEED(sscanf(text, "%lx-%lx %7s", &lo, &hi, rights) == 3); NEED(lo < hi && lo >= last); last = hi; if (strstr(text, "[stack]")) stack++; if (lo <= me && me < hi) code = rights[2] == 'x'; }
    V(stack); V(code); V(lines > 4); fclose(maps);
    FILE *status = fopen("/proc/self/status", "r"); NEED(status); int name = 0, pid = 0, rss = 0; while (fgets(text, sizeof text, status)) { name += !strncmp(text, "Name:", 5); if (sscanf(text, "Pid: %ld", &n) == 1) pid = n == getpid(); rss += !strncmp(text, "VmRSS:", 6); } V(name); V(pid); V(rss);
    FILE *stat = fopen("/proc/self/stat", "r"); NEED(stat); int id; NEED(fscanf(stat, "%d (", &id) == 1); V(id == getpid());
    fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY); V(fd >= 0); put("f", "x"); int f = open("f", O_RDONLY); snprintf(text, 100, "/proc/self/fd/%d", f); char to[4096]; n = readlink(text, to, 4095); NEED(n > 0); to[n] = 0; puts(basename(to));
    char c = 0; int again = open(text, O_RDONLY); R(read(again, &c, 1)); V(c); R(open("/proc/self/none", O_RDONLY));
    R(access("/proc/meminfo", R_OK)); R(access("/proc/cpuinfo", R_OK)); R(access("/proc/stat", R_OK)); R(access("/proc/mounts", R_OK)); R(access("/proc/version", R_OK)); R(access("/proc/sys/vm/overcommit_memory", R_OK)); R(access("/proc/sys/kernel/random/boot_id", R_OK));
    FILE *statm = fopen("/proc/self/statm", "r"); NEED(statm); long size, resident; NEED(fscanf(statm, "%ld %ld", &size, &resident) == 2); V(size >= resident && resident > 0);
    n = readlink("/proc/self/cwd", text, 4095); text[n > 0 ? n : 0] = 0; getcwd(to, sizeof to); V(strcmp(text, to)); n = readlink("/proc/self", text, 4095); text[n > 0 ? n : 0] = 0; V(atoi(text) == getpid());
    char comm[32] = ""; fd = open("/proc/self/comm", O_RDONLY); n = read(fd, comm, 31); V(n > 1); char path[64]; snprintf(path, 64, "/proc/%d/maps", getpid()); R(access(path, R_OK)); R(access("/proc/self/task", R_OK)); R(access("/proc/999999", F_OK)); R(mkdir("/proc/x", 0755) == 0);
    return 0;
}
