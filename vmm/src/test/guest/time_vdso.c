/* behaviour: the clocks of the vDSO and of the system calls never pass each other, and the vDSO is where the kernel says
   linkages: static pie musl */
#include "guest.h"
#include <sys/auxv.h>
#include <sys/time.h>
#include <time.h>
static long ns(struct timespec t) { return t.tv_sec * 1000000000L + t.tv_nsec; }
static long call(int c) { struct timespec t; syscall(SYS_clock_gettime, c, &t); return ns(t); }
static long lib(int c) { struct timespec t; clock_gettime(c, &t); return ns(t); }
int main(void) {
    unsigned long at = getauxval(AT_SYSINFO_EHDR); V(at != 0); V(memcmp((void *)at, "\177ELF", 4));
    FILE *f = fopen("/proc/self/maps", "r"); char line[512]; int vdso = 0, vvar = 0; unsigned long from;
    while (fgets(line, sizeof line, f)) {
        if (strstr(line, "[vdso]")) { sscanf(line, "%lx", &from); vdso += from == at && strstr(line, "r-xp"); }
        if (strstr(line, "[vvar]")) vvar = strstr(line, "r--p") != 0;
    }
    V(vdso); V(vvar);
    int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME};
    for (int c = 0; c < 4; c++) {
        int bad = 0;
        for (int i = 0; i < 300; i++) { long a = lib(clocks[c]), b = call(clocks[c]), d = lib(clocks[c]); bad += a > b || b > d || d - a > 60 * 1000000000L; }
        V(bad);
    }
    long a = lib(CLOCK_MONOTONIC), steps = 0, back = 0;
    for (int i = 0; i < 3000; i++) { long b = lib(CLOCK_MONOTONIC); back += b < a; steps += b > a; a = b; }
    V(back); V(steps > 100);
    struct timeval tv; struct timezone tz = {7, 7}; long before = call(CLOCK_REALTIME) / 1000; R(gettimeofday(&tv, &tz)); long after = call(CLOCK_REALTIME) / 1000, now = tv.tv_sec * 1000000L + tv.tv_usec;
    V(before <= now && now <= after); V(tz.tz_minuteswest); R(gettimeofday(0, 0)); time_t t; V(time(&t) == t && t >= before / 1000000 && t <= after / 1000000 + 1);
    struct timespec ts; R(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts)); R(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts)); R(clock_gettime(99, &ts)); R(clock_gettime(10, &ts)); V(lib(CLOCK_MONOTONIC_COARSE) <= lib(CLOCK_MONOTONIC) + 10000000);
    R(mprotect((void *)(at & -4096UL), 4096, PROT_READ | PROT_EXEC));
    return 0;
}
