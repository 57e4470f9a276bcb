/* behaviour: the files of /proc and /sys that runtimes read are there, in Linux's format and consistent with each other
   linkages: static pie
   flags: -pthread */
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
static char text[65536];
static long slurp(const char *path) { int fd = open(path, O_RDONLY); if (fd < 0) { text[0] = 0; return -errno; } long n = 0, k; while ((k = read(fd, text + n, sizeof text - 1 - n)) > 0) n += k; text[n] = 0; close(fd); return n; }
static void has(const char *path, const char *name) { char key[64]; snprintf(key, 64, "\n%s:", name); printf("%s %s %d\n", path, name, !strncmp(text, key + 1, strlen(key + 1)) || strstr(text, key)); }
static void keys(const char *path, const char *const *names) { V(slurp(path) > 0); for (; *names; names++) has(path, *names); }
static pthread_barrier_t there, done;
static void *thread(void *x) { prctl(PR_SET_NAME, "worker"); char path[64]; snprintf(path, 64, "/proc/self/task/%d/comm", (int)gettid()); R(slurp(path)); puts(text); slurp("/proc/thread-self/comm"); puts(text); slurp("/proc/self/comm"); puts(strcmp(text, "worker\n") ? "other" : "same"); pthread_barrier_wait(&there); pthread_barrier_wait(&done); return 0; }
int main(void) {
    keys("/proc/self/status", (const char *const[]){"Name", "Umask", "State", "Tgid", "Pid", "PPid", "Uid", "Gid", "FDSize", "Groups", "VmPeak", "VmSize", "VmHWM", "VmRSS", "RssAnon", "VmData", "VmStk", "VmExe", "VmLib", "VmSwap", "Threads", "SigQ", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp", "Cpus_allowed", "Cpus_allowed_list", "Mems_allowed", "voluntary_ctxt_switches", 0});
    keys("/proc/self/smaps_rollup", (const char *const[]){"Rss", "Pss", "Private_Dirty", "Anonymous", "Swap", "Locked", 0}); slurp("/proc/self/smaps"); V(strstr(text, "VmFlags: rd") != 0); V(strstr(text, "\nTHPeligible:") != 0);
    keys("/proc/meminfo", (const char *const[]){"MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapTotal", "SwapFree", "CommitLimit", "HugePages_Total", 0});
    keys("/proc/self/limits", (const char *const[]){0}); V(strstr(text, "Max open files") != 0);
    slurp("/proc/self/stat"); int fields = 1; for (char *c = strrchr(text, ')'); *c; c++) fields += *c == ' '; V(fields + 1); long threads = 0; char *c = strrchr(text, ')') + 2; for (int f = 3; f < 20; f++) c = strchr(c, ' ') + 1; V(atol(c));
    pthread_barrier_init(&there, 0, 2); pthread_barrier_init(&done, 0, 2); pthread_t t; pthread_create(&t, 0, thread, 0); pthread_barrier_wait(&there);
    slurp("/proc/self/status"); sscanf(strstr(text, "\nThreads:"), "\nThreads: %ld", &threads); V(threads); slurp("/proc/self/stat"); c = strrchr(text, ')') + 2; for (int f = 3; f < 20; f++) c = strchr(c, ' ') + 1; V(atol(c));
    char path[64]; snprintf(path, 64, "/proc/self/task/%d/stat", getpid()); V(slurp(path) > 0); V(atoi(text) == getpid()); pthread_barrier_wait(&done); pthread_join(t, 0); R(slurp("/proc/self/task/999999/stat"));
    cpu_set_t set; CPU_ZERO(&set); sched_getaffinity(0, sizeof set, &set); int online = sysconf(_SC_NPROCESSORS_ONLN); V(online >= CPU_COUNT(&set)); slurp("/proc/cpuinfo"); int listed = 0; for (char *p = text; (p = strstr(p, "processor\t:")); p++) listed++; V(listed == online); slurp("/proc/stat"); listed = 0; for (char *p = text; (p = strstr(p, "\ncpu")); p++) listed++; V(listed == online);
    slurp("/sys/devices/system/cpu/online"); V(text[0]); slurp("/sys/devices/system/cpu/possible"); V(text[0]); R(slurp("/sys/devices/system/cpu/cpu0/topology/core_id")); V(slurp("/sys/kernel/mm/transparent_hugepage/enabled") > 10); R(slurp("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"));
    unsigned long auxv[128]; int fd = open("/proc/self/auxv", O_RDONLY); long n = read(fd, auxv, sizeof auxv); int same = 0; for (int i = 0; i < n / 16; i++) same += auxv[2 * i] == 6 && auxv[2 * i + 1] == 4096; V(same);
    V(slurp("/proc/self/io") > 0); has("io", "rchar"); fd = open("/proc/self/coredump_filter", O_WRONLY); R(write(fd, "0x7f", 4)); slurp("/proc/self/coredump_filter"); printf("%s", text);
    R(slurp("/proc/self/oom_score_adj") > 0); V(slurp("/proc/sys/vm/max_map_count") > 2); R(slurp("/proc/sys/vm/overcommit_memory")); V(slurp("/proc/sys/kernel/pid_max") > 2); V(slurp("/proc/sys/kernel/threads-max") > 2); V(slurp("/proc/sys/net/core/somaxconn") > 2); V(slurp("/proc/loadavg") > 5); V(slurp("/proc/uptime") > 3); V(slurp("/proc/self/cgroup") > 3); V(slurp("/proc/self/mountinfo") > 20); V(slurp("/proc/filesystems") > 10);
    struct statfs fs; R(statfs("/proc", &fs)); V(fs.f_type); R(statfs("/sys", &fs)); V(fs.f_type);
    return 0;
}
