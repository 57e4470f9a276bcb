/* What the programs of this folder share. A check that fails says where and ends the program with 1. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

#define FAIL(...) (fprintf(stderr, "line %d: ", __LINE__), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))
/* A call must return this error number. */
#define IS(expected, call) do { int e_ = (call); if (e_ != (expected)) FAIL("%s: %d, not %d", #call, e_, (expected)); } while (0)
#define OK(call) IS(0, call)
#define TRUE(condition) do { if (!(condition)) FAIL("not so: %s", #condition); } while (0)

#define RW (__WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE)
#define RWS (RW | __WASI_RIGHTS_FD_SEEK | __WASI_RIGHTS_FD_TELL)

/* The directory in which the programs work: tmp of the preopened /. */
static int scratch(void) {
    __wasi_fdstat_t root;
    __wasi_fd_t fd;
    OK(__wasi_fd_fdstat_get(3, &root));
    OK(__wasi_path_open(3, 0, "tmp", __WASI_OFLAGS_DIRECTORY, root.fs_rights_base, root.fs_rights_inheriting, 0, &fd));
    TRUE(fd > 3);
    return fd;
}

static inline int try_open(int dir, int follow, const char *path, int oflags, __wasi_rights_t rights) {
    __wasi_fd_t fd;
    int error = __wasi_path_open(dir, follow, path, oflags, rights, 0, 0, &fd);
    if (!error) {
        TRUE(fd > 2);
        OK(__wasi_fd_close(fd));
    }
    return error;
}

static inline int opened(int dir, const char *path, int oflags, __wasi_rights_t rights, int fdflags) {
    __wasi_fd_t fd;
    OK(__wasi_path_open(dir, 0, path, oflags, rights, 0, fdflags, &fd));
    return fd;
}

static inline void create(int dir, const char *path) {
    OK(__wasi_fd_close(opened(dir, path, __WASI_OFLAGS_CREAT, RW, 0)));
}

static inline size_t put(int fd, const char *text) {
    __wasi_ciovec_t v = {(const uint8_t *) text, strlen(text)};
    size_t n = 0;
    OK(__wasi_fd_write(fd, &v, 1, &n));
    return n;
}

static inline int try_read(int fd) {
    uint8_t b;
    __wasi_iovec_t v = {&b, 1};
    size_t n;
    return __wasi_fd_read(fd, &v, 1, &n);
}

static inline int try_write(int fd) {
    __wasi_ciovec_t v = {(const uint8_t *) "x", 1};
    size_t n;
    return __wasi_fd_write(fd, &v, 1, &n);
}

static inline void holds(int fd, const char *text) {
    uint8_t b[256];
    __wasi_iovec_t v = {b, sizeof b};
    size_t n;
    OK(__wasi_fd_read(fd, &v, 1, &n));
    TRUE(n == strlen(text) && memcmp(b, text, n) == 0);
}

static inline __wasi_filestat_t stat_of(int dir, int follow, const char *path) {
    __wasi_filestat_t s;
    OK(__wasi_path_filestat_get(dir, follow, path, &s));
    return s;
}
