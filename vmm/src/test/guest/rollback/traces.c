/* behaviour: for each line of input, looks for traces of an earlier one, says what it found, then leaves as many as it can
   linkages: static pie
   flags: -Isrc/test/guest -pthread -O1 -mno-avx */
#define _GNU_SOURCE
#include "guest.h"
#include <asm/prctl.h>
#include <dirent.h>
#include <arpa/inet.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#define P 4096L
#define AREA 0x600000000000L /* addresses that nothing lies at */

/* What the kernel can be asked, asked before the freeze and for each line. */
struct facts {
    char cwd[256], name[16], link[64]; long brk, fs, gs, umask, fds, maps, nice, affinity, uid, dumpable, nproc, noatime;
    unsigned long mask, pending, alt_flags, handlers, ds, es, sfs, sgs; struct rlimit files, core, stack; struct itimerval real;
};
static struct facts before;
static long brought; static char global[3 * P] __attribute__((aligned(4096))); static char zeroed[64 * P]; static __thread long local = 5;
static char *heap, *anon, *shared, *filemap, *ro, *hole, *memfd_map, *guard; static int kept_fd, pipe_fd[2], memfd, listener, epoll_fd, event_fd, timer_fd, sock[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; static volatile int futex_word, thread_word, signals_seen;
static sigjmp_buf escape; static int found;

static void find(const char *what) { printf("found %s\n", what); found++; }
static void handler(int s) { signals_seen++; }
static void fault(int s) { siglongjmp(escape, 1); }
/* Between watch and unwatch: -1 where nothing can be read. */
static struct sigaction segv, bus;
static void watch(void) { struct sigaction a = {.sa_handler = fault, .sa_flags = SA_NODEFER}; sigaction(SIGSEGV, &a, &segv); sigaction(SIGBUS, &a, &bus); }
static void unwatch(void) { sigaction(SIGSEGV, &segv, 0); sigaction(SIGBUS, &bus, 0); }
static int peek(volatile char *at) { return sigsetjmp(escape, 0) ? -1 : (unsigned char)*at; }
static int poke(volatile char *at) { if (sigsetjmp(escape, 0)) return 0; char c = *at; *at = c; return 1; }
static long lines(const char *path) { int fd = open(path, O_RDONLY); char b[4096]; long n = 0, k; while ((k = read(fd, b, sizeof b)) > 0) for (long i = 0; i < k; i++) n += b[i] == '\n'; close(fd); return n; }
static void gather(struct facts *f) {
    memset(f, 0, sizeof *f); getcwd(f->cwd, sizeof f->cwd); prctl(PR_GET_NAME, f->name); f->brk = (long)sbrk(0); syscall(SYS_arch_prctl, ARCH_GET_FS, &f->fs); syscall(SYS_arch_prctl, ARCH_GET_GS, &f->gs);
    f->umask = umask(0); umask(f->umask); for (int fd = 0; fd < 256; fd += fd < 48 ? 1 : 8) if (fcntl(fd, F_GETFD) >= 0) f->fds += 1000003L * (fd + 1) ^ fcntl(fd, F_GETFL) ^ fcntl(fd, F_GETFD) << 20 ^ lseek(fd, 0, SEEK_CUR);
    f->maps = lines("/proc/self/maps"); f->nice = getpriority(PRIO_PROCESS, 0); sched_getaffinity(0, sizeof f->affinity, (cpu_set_t *)&f->affinity); f->uid = getuid(); f->dumpable = prctl(PR_GET_DUMPABLE);
    sigprocmask(SIG_SETMASK, 0, (sigset_t *)&f->mask); sigset_t p; sigpending(&p); f->pending = *(unsigned long *)&p; stack_t alt; sigaltstack(0, &alt); f->alt_flags = alt.ss_flags ^ (long)alt.ss_sp;
    for (int s = 1; s < 65; s++) { struct sigaction a = {0}; if (!sigaction(s, 0, &a)) f->handlers = f->handlers * 31 + (long)a.sa_handler + a.sa_flags; }
    getrlimit(RLIMIT_NOFILE, &f->files); getrlimit(RLIMIT_CORE, &f->core); getrlimit(RLIMIT_STACK, &f->stack); getitimer(ITIMER_REAL, &f->real);
    __asm__ volatile("mov %%ds,%0; mov %%es,%1; mov %%fs,%2; mov %%gs,%3" : "=r"(f->ds), "=r"(f->es), "=r"(f->sfs), "=r"(f->sgs));
    DIR *d = opendir("/proc/self/task"); while (readdir(d)) f->nproc++; closedir(d);
}
static void same(const char *what, const void *a, const void *b, long n) { if (memcmp(a, b, n)) find(what); }
#define SAME(field) same(#field, &now.field, &before.field, sizeof now.field)

/* Registers of the vector and x87 units, where the processor has them: read raw, before libc has touched any. */
static unsigned char zmm[32 * 64], raw[512], first_zmm[32 * 64], first_raw[512]; static int avx512, avx;
__attribute__((target("avx512f"), noinline)) static void store_zmm(void) {
    __asm__ volatile("vmovdqu64 %%zmm16,%0; vmovdqu64 %%zmm17,%1; vmovdqu64 %%zmm30,%2; vmovdqu64 %%zmm31,%3; kmovw %%k7,%%eax; movl %%eax,%4"
        : "=m"(zmm[0]), "=m"(zmm[64]), "=m"(zmm[128]), "=m"(zmm[192]), "=m"(zmm[256]) :: "eax", "memory");
}
__attribute__((target("avx512f"), noinline)) static void load_zmm(const void *from) {
    __asm__ volatile("vmovdqu64 (%0),%%zmm16; vmovdqu64 (%0),%%zmm17; vmovdqu64 (%0),%%zmm30; vmovdqu64 (%0),%%zmm31; movl (%0),%%eax; kmovw %%eax,%%k7" :: "r"(from) : "eax", "memory");
}
__attribute__((target("avx"), noinline)) static void store_ymm(void) { __asm__ volatile("vextractf128 $1,%%ymm14,%0; vextractf128 $1,%%ymm15,%1" : "=m"(zmm[512]), "=m"(zmm[528]) :: "memory"); }
__attribute__((target("avx"), noinline)) static void load_ymm(const void *from) { __asm__ volatile("vmovdqu (%0),%%ymm14; vmovdqu (%0),%%ymm15" :: "r"(from) : "memory"); }
static void store_vectors(void) {
    __asm__ volatile("fxsave64 %0" : "=m"(raw)); raw[6] = raw[7] = 0; memset(raw + 8, 0, 16); memset(raw + 32 + 128, 0, 512 - 160); /* last opcode and pointers; xmm are volatile */
    if (avx) store_ymm(); if (avx512) store_zmm();
}
static void load_vectors(const void *from) { double d = 3.25; unsigned mxcsr = 0x7fa0; __asm__ volatile("fldl %0; fldpi; ldmxcsr %1" :: "m"(d), "m"(mxcsr)); if (avx) load_ymm(from); if (avx512) load_zmm(from); }

static void *spin(void *at) { for (;;) { thread_word++; global[P] = 9; *(volatile char *)at = 9; if (thread_word % 1024 == 0) usleep(100); } return 0; }
static void *holder(void *at) { pthread_mutex_lock(&mutex); futex_word = 1; syscall(SYS_futex, &futex_word, FUTEX_WAIT, 1, 0, 0, 0); return 0; }

static void prepare(void) {
    avx = __builtin_cpu_supports("avx"); avx512 = __builtin_cpu_supports("avx512f");
    mkdir("d", 0755); chdir("d"); put("file", "before"); put("mapped", ""); truncate("mapped", 4 * P); setenv("TRACE", "no", 1); heap = malloc(300000); memset(heap, 1, 300000);
    anon = mmap((void *)AREA, 16 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(anon, 1, 8 * P); /* half of it absent */
    shared = mmap((void *)(AREA + 32 * P), 4 * P, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(shared, 1, 2 * P);
    int fd = open("mapped", O_RDWR); filemap = mmap((void *)(AREA + 64 * P), 4 * P, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0); filemap[0] = 1; close(fd);
    ro = mmap((void *)(AREA + 96 * P), 4 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(ro, 1, 4 * P); mprotect(ro, 4 * P, PROT_READ);
    guard = mmap((void *)(AREA + 128 * P), 2 * P, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); hole = (char *)AREA + 160 * P;
    memfd = memfd_create("m", 0); ftruncate(memfd, 2 * P); memfd_map = mmap((void *)(AREA + 192 * P), 2 * P, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memfd, 0); memfd_map[0] = 1;
    kept_fd = open("file", O_RDWR); pipe2(pipe_fd, O_NONBLOCK); socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sock); epoll_fd = epoll_create1(0); event_fd = eventfd(0, EFD_NONBLOCK); timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8077), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); bind(listener, (void *)&a, sizeof a); listen(listener, 5);
}
static void look(void) {
    struct facts now; gather(&now); watch();
    SAME(cwd); SAME(name); SAME(brk); SAME(fs); SAME(gs); SAME(umask); SAME(fds); SAME(maps); SAME(nice); SAME(affinity); SAME(uid); SAME(dumpable); SAME(mask); SAME(pending); SAME(alt_flags); SAME(handlers);
    SAME(files); SAME(core); SAME(stack); SAME(real); SAME(ds); SAME(es); SAME(sfs); SAME(sgs); SAME(nproc); same("x87 or sse", raw, first_raw, 512); same("vectors", zmm, first_zmm, sizeof zmm);
    if (brought != 0 || global[0] || global[P]) find("globals"); for (long i = 0; i < (long)sizeof zeroed; i += 64) if (zeroed[i]) { find("bss"); break; } if (local != 5) find("thread local");
    for (int i = 0; i < 300000; i++) if (heap[i] != 1) { find("heap"); break; } for (int i = 0; i < 8 * P; i++) if (anon[i] != 1) { find("anonymous memory"); break; } for (int i = 8 * P; i < 16 * P; i += 512) if (peek(anon + i) != 0) { find("absent anonymous memory"); break; }
    for (int i = 0; i < 2 * P; i++) if (shared[i] != 1) { find("shared memory"); break; } if (shared[3 * P]) find("absent shared memory"); if (filemap[0] != 1 || filemap[P]) find("file mapping"); if (memfd_map[0] != 1 || memfd_map[P]) find("memfd");
    for (int i = 0; i < 4; i++) { if (peek(ro + i * P) != 1) find("read-only memory"); if (poke(ro + i * P)) find("write access"); } for (int i = 0; i < 2; i++) if (peek(guard + i * P) >= 0) find("access to a guard");
    for (int i = 0; i < 16; i++) { if (peek(hole + i * P) >= 0) find("a mapping where none is"); if (peek((char *)AREA + (4096L + 512 * i) * P) >= 0) find("a page table's mapping"); } char *deep = __builtin_frame_address(0); deep -= 600 * 1024; if (peek(deep) > 0) find("stack"); unwatch();
    char b[16] = ""; int fd = open("file", O_RDONLY); read(fd, b, 15); close(fd); if (strcmp(b, "before")) find("file content"); if (!access("new", F_OK) || !access("/tmp/trace", F_OK) || access("mapped", F_OK)) find("names"); struct stat s; fstat(kept_fd, &s); if (s.st_mode != (S_IFREG | 0644) && s.st_mode != (S_IFREG | 0666)) find("mode"); if (getxattr("file", "user.trace", b, 8) >= 0) find("xattr"); if (!flock(kept_fd, LOCK_EX | LOCK_NB)) flock(kept_fd, LOCK_UN); else find("lock");
    if (read(pipe_fd[0], b, 1) > 0) find("pipe"); if (read(sock[0], b, 1) > 0) find("socket"); if (read(event_fd, b, 8) > 0) find("eventfd"); if (read(timer_fd, b, 8) > 0) find("timerfd"); struct epoll_event e; if (epoll_wait(epoll_fd, &e, 1, 0) > 0) find("epoll"); if (accept(listener, 0, 0) >= 0) find("connection");
    if (futex_word || thread_word || signals_seen) find("threads or signals"); if (pthread_mutex_trylock(&mutex)) find("mutex"); else pthread_mutex_unlock(&mutex); if (strcmp(getenv("TRACE"), "no")) find("environment"); struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8078), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; int c = socket(AF_INET, SOCK_STREAM, 0); if (bind(c, (void *)&a, sizeof a)) find("port"); close(c);
    usleep(200); if (thread_word) find("a running thread"); if (waitpid(-1, 0, WNOHANG) >= 0) find("child");
}
static void leave(int round) {
    brought = round + 1; memset(global, 7, sizeof global); memset(zeroed, 7, sizeof zeroed); local = 9; memset(heap, 7, 300000); for (int i = 0; i < 40; i++) memset(malloc(5000 + i * 900), 7, 5000); sbrk(5 * P); memset(anon, 7, 16 * P); memset(shared, 7, 4 * P); memset(filemap, 7, 4 * P); memset(memfd_map, 7, 2 * P);
    char deep[700 * 1024]; memset(deep, 7, sizeof deep); __asm__ volatile("" :: "r"(deep) : "memory");
    /* page tables, in an order that depends on the round */
    switch (round % 6) {
        case 0: mprotect(ro, 4 * P, PROT_READ | PROT_WRITE); memset(ro, 7, 4 * P); munmap(anon + 2 * P, 3 * P); break;
        case 1: munmap(ro, 4 * P); mmap(ro, 4 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(ro, 7, 4 * P); mprotect(anon, 16 * P, PROT_NONE); break;
        case 2: mremap(anon, 4 * P, 4 * P, MREMAP_MAYMOVE | MREMAP_FIXED, hole); memset(hole, 7, 4 * P); mprotect(guard, 2 * P, PROT_READ | PROT_WRITE); memset(guard, 7, 2 * P); break;
        case 3: munmap(shared, 4 * P); munmap(filemap, P); mremap(ro, 4 * P, 4 * P, MREMAP_MAYMOVE | MREMAP_FIXED, hole + 4 * P); mprotect(hole + 4 * P, 4 * P, PROT_READ | PROT_WRITE); memset(hole + 4 * P, 7, 4 * P); break;
        case 4: madvise(anon, 16 * P, MADV_DONTNEED); anon[0] = 8; madvise(heap + P, 20 * P, MADV_DONTNEED); mmap(guard, 2 * P, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(guard, 7, 2 * P); break;
        case 5: for (int i = 0; i < 16; i++) { char *m = mmap((char *)AREA + (4096L + 512 * i) * P, P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(m, 7, P); if (i & 1) munmap(m, P); } break;
    }
    if (round % 6) { mmap(hole + 8 * P, 8 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); memset(hole + 8 * P, 7, 8 * P); munmap(hole + 10 * P, 2 * P); }
    put("file", "after"); put("new", "x"); put("/tmp/trace", "x"); if (round & 1) unlink("mapped"); fchmod(kept_fd, 0600); setxattr("file", "user.trace", "1", 1, 0); flock(open("file", O_RDWR), LOCK_EX); lseek(kept_fd, 3, SEEK_SET); for (int i = 0; i < 20; i++) open("/etc/passwd", O_RDONLY); dup2(kept_fd, 200); if (round & 2) close(kept_fd); chdir("/tmp"); umask(077);
    write(pipe_fd[1], "trace", 5); write(sock[1], "trace", 5); long one = 1; write(event_fd, &one, 8); struct itimerspec t = {.it_value.tv_nsec = 1}; timerfd_settime(timer_fd, 0, &t, 0); struct epoll_event e = {.events = EPOLLIN}; epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event_fd, &e); inotify_add_watch(inotify_init1(IN_NONBLOCK), "/tmp", IN_CREATE);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8077), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (void *)&a, sizeof a); a.sin_port = htons(8078); int l = socket(AF_INET, SOCK_STREAM, 0); bind(l, (void *)&a, sizeof a); listen(l, 3);
    struct sigaction h = {.sa_handler = handler}; for (int s = 34; s < 60; s++) sigaction(s, &h, 0); sigset_t block; sigfillset(&block); sigdelset(&block, SIGSEGV); sigprocmask(SIG_BLOCK, &block, 0); kill(getpid(), SIGUSR1); raise(40); static char alt[65536]; stack_t st = {.ss_sp = alt, .ss_size = sizeof alt}; sigaltstack(&st, 0);
    struct itimerval it = {{0, 900000}, {0, 900000}}; setitimer(ITIMER_REAL, &it, 0); timer_t id; struct sigevent se = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 41}; timer_create(CLOCK_MONOTONIC, &se, &id); struct itimerspec ts = {{0, 1000000}, {0, 1000000}}; timer_settime(id, 0, &ts, 0);
    struct rlimit r = {100, 100}; setrlimit(RLIMIT_NOFILE, &r); setrlimit(RLIMIT_CORE, &r); setenv("TRACE", "yes", 1); prctl(PR_SET_NAME, "trace"); prctl(PR_SET_DUMPABLE, 0); setpriority(PRIO_PROCESS, 0, 7); nice(3);
    pthread_t p; static char elsewhere[2 * P]; if (round % 3) { pthread_create(&p, 0, spin, elsewhere); } if (round % 3 == 2) { pthread_create(&p, 0, holder, 0); } futex_word |= 2; usleep(300);
    syscall(SYS_arch_prctl, ARCH_SET_GS, 0x123456000L + round); __asm__ volatile("mov %0,%%ds; mov %0,%%es" :: "r"(0x2b)); load_vectors(deep);
}
int main(void) {
    prepare(); load_vectors(zeroed); __asm__ volatile("fninit"); unsigned plain = 0x1f80; __asm__ volatile("ldmxcsr %0" :: "m"(plain)); gather(&before); printf("ready\n"); fflush(stdout); char line[64];
    store_vectors(); memcpy(first_raw, raw, 512); memcpy(first_zmm, zmm, sizeof zmm);
    long n = read(0, line, 63); store_vectors();
    line[n > 0 ? n : 0] = 0; look(); if (!found) printf("clean %s", line); fflush(stdout); leave(atoi(line));
    for (;;) if (read(0, line, 63) <= 0) pause();
}
