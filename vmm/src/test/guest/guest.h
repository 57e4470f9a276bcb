/* What the guest programs share: results are printed so that a native run and a run in a VM can be compared as text. */
#ifndef GUEST_H
#define GUEST_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* The name of an errno; libraries word strerror differently. */
static inline const char *errname(int e) {
    static char other[24];
    switch (e) {
#define E_(n) case n: return #n;
        E_(EPERM) E_(ENOENT) E_(ESRCH) E_(EINTR) E_(EIO) E_(ENXIO) E_(E2BIG) E_(ENOEXEC) E_(EBADF) E_(ECHILD) E_(EAGAIN)
        E_(ENOMEM) E_(EACCES) E_(EFAULT) E_(EBUSY) E_(EEXIST) E_(EXDEV) E_(ENODEV) E_(ENOTDIR) E_(EISDIR) E_(EINVAL)
        E_(ENFILE) E_(EMFILE) E_(ENOTTY) E_(ETXTBSY) E_(EFBIG) E_(ENOSPC) E_(ESPIPE) E_(EROFS) E_(EMLINK) E_(EPIPE)
        E_(EDOM) E_(ERANGE) E_(ENAMETOOLONG) E_(ENOSYS) E_(ENOTEMPTY) E_(ELOOP) E_(ENODATA) E_(EOVERFLOW) E_(EILSEQ)
        E_(ENOTSOCK) E_(EDESTADDRREQ) E_(EMSGSIZE) E_(EPROTOTYPE) E_(ENOPROTOOPT) E_(EPROTONOSUPPORT)
        E_(ESOCKTNOSUPPORT) E_(EOPNOTSUPP) E_(EAFNOSUPPORT) E_(EADDRINUSE) E_(EADDRNOTAVAIL) E_(ENETUNREACH)
        E_(ECONNABORTED) E_(ECONNRESET) E_(ENOBUFS) E_(EISCONN) E_(ENOTCONN) E_(ETIMEDOUT) E_(ECONNREFUSED)
        E_(EHOSTUNREACH) E_(EALREADY) E_(EINPROGRESS) E_(ECANCELED)
#undef E_
    }
    snprintf(other, sizeof other, "errno%d", e);
    return other;
}

/* Prints a call and its number, or the errno. */
#define R(call) do { errno = 0; long r_ = (long)(call); int e_ = errno; \
    if (r_ == -1) printf("%s = -1 %s\n", #call, errname(e_)); else printf("%s = %ld\n", #call, r_); } while (0)
/* The same where the number differs from run to run. */
#define OK(call) do { errno = 0; long r_ = (long)(call); int e_ = errno; \
    if (r_ == -1) printf("%s = -1 %s\n", #call, errname(e_)); else printf("%s ok\n", #call); } while (0)
/* Prints a number with what it is. */
#define V(value) printf("%s: %ld\n", #value, (long)(value))
/* Ends the program when what the test stands on does not hold. */
#define NEED(x) do { if (!(x)) { printf("%s:%d: %s failed: %s\n", __FILE__, __LINE__, #x, errname(errno)); exit(99); } } while (0)

static inline void put(const char *path, const char *text) {
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    NEED(fd >= 0);
    NEED(write(fd, text, strlen(text)) == (long)strlen(text));
    close(fd);
}

static inline void show(const char *path) {
    char text[4096];
    int fd = open(path, O_RDONLY);
    if (fd < 0) { printf("%s: %s\n", path, errname(errno)); return; }
    long n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n < 0 ? 0 : n] = 0;
    printf("%s: [%s]\n", path, text);
}

static inline unsigned long next_random(unsigned long *state) {
    unsigned long x = *state;
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    return *state = x;
}
#endif
