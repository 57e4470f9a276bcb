/* behaviour: initialises, then reads standard input: a function to freeze
   linkages: static static-pie pie no-pie musl
   flags: -Isrc/test/guest */
#include "guest.h"
#include <sys/random.h>
#include <time.h>
static int calls; static char big[1 << 20]; static __thread int local = 7;
static long long ns(clockid_t c) { struct timespec t; clock_gettime(c, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
int main(void) {
    mkdir("d", 0755); put("d/file", "written before the freeze"); chdir("d");
    int file = open("file", O_RDWR), gone = open("gone", O_CREAT | O_RDWR, 0600), p[2]; unlink("gone"); write(gone, "0123456789", 10); lseek(gone, 4, SEEK_SET); pipe(p); write(p[1], "in the pipe", 11); int library = open("/usr/bin/env", O_RDONLY); lseek(library, 1, SEEK_SET);
    char *shared = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, gone, 0); ftruncate(gone, 8192); strcpy(shared + 5000, "shared"); char *heap = malloc(100000); memset(heap, 5, 100000); memset(big, 6, sizeof big); local++; char *guard = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long long start = ns(CLOCK_MONOTONIC); char in[256] = "", b[64] = ""; long n = 0, k; printf("ready\n"); fflush(stdout);
    while (n < 255 && (k = read(0, in + n, 255 - n)) > 0) { n += k; if (in[n - 1] == '\n') break; }
    long long after = ns(CLOCK_MONOTONIC), wall = ns(CLOCK_REALTIME);
    calls++; long sum = 0; for (int i = 0; i < 1 << 20; i++) sum += big[i]; big[123]++; heap[5]++;
    printf("input %s", in); printf("calls %d sum %ld heap %d local %d\n", calls, sum, heap[5], local);
    k = read(gone, b, 3); b[k > 0 ? k : 0] = 0; printf("gone [%s] %s\n", b, shared + 5000); strcpy(shared + 5000, "dirty"); k = read(p[0], b, 60); b[k > 0 ? k : 0] = 0; printf("pipe [%s]\n", b); show("file"); k = read(library, b, 3); b[3] = 0; printf("library [%s]\n", b); char cwd[256]; getcwd(cwd, 256); printf("cwd %s\n", strrchr(cwd, '/'));
    put("file", "written after the thaw"); put("new", "n"); printf("new %d\n", access("../new2", F_OK)); put("../new2", "x");
    unsigned long r; getrandom(&r, 8, 0); int u = open("/dev/urandom", O_RDONLY); unsigned long q = 0; read(u, &q, 8);
    pid_t pid = getpid(); (void)pid; signal(SIGSEGV, SIG_DFL);
    printf("forward %d\n", after >= start); printf("jump %lld\n", after - start); printf("wall %lld\n", wall / 1000); printf("random %016lx%016lx\n", r, q); (void)guard; (void)file;
    return 0;
}
