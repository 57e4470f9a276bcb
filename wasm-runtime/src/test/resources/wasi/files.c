#include "suite.h"

static void seek_and_tell(int dir) {
    int fd = opened(dir, "f", __WASI_OFLAGS_CREAT, RWS, 0);
    __wasi_filesize_t at;
    OK(__wasi_fd_tell(fd, &at));
    TRUE(at == 0 && put(fd, "0123456789") == 10);
    OK(__wasi_fd_tell(fd, &at));
    TRUE(at == 10);
    OK(__wasi_fd_seek(fd, -5, __WASI_WHENCE_CUR, &at));
    TRUE(at == 5);
    OK(__wasi_fd_seek(fd, 1000, __WASI_WHENCE_CUR, &at));
    TRUE(at == 1005);
    IS(__WASI_ERRNO_INVAL, __wasi_fd_seek(fd, -2000, __WASI_WHENCE_CUR, &at));
    IS(__WASI_ERRNO_INVAL, __wasi_fd_seek(fd, 0, 3, &at));
    OK(__wasi_fd_seek(fd, -1, __WASI_WHENCE_END, &at));
    TRUE(at == 9);
    holds(fd, "9");
    OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
    holds(fd, "0123456789");
    holds(fd, "");
    OK(__wasi_fd_close(fd));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void at_positions(int dir) {
    int fd = opened(dir, "f", __WASI_OFLAGS_CREAT, RWS, 0);
    uint8_t b[4] = {0};
    size_t n;
    __wasi_ciovec_t out[2] = {{(uint8_t *) "ab", 2}, {(uint8_t *) "cd", 2}};
    __wasi_iovec_t in[2] = {{b, 2}, {b + 2, 2}};
    OK(__wasi_fd_pwrite(fd, out, 2, 0, &n));
    TRUE(n == 4);
    OK(__wasi_fd_pread(fd, in, 2, 2, &n));
    TRUE(n == 2 && memcmp(b, "cd\0", 4) == 0);
    OK(__wasi_fd_pwrite(fd, out + 1, 1, 1, &n));
    OK(__wasi_fd_pread(fd, in, 2, 0, &n));
    TRUE(n == 4 && memcmp(b, "acdd", 4) == 0);
    __wasi_filesize_t at;
    OK(__wasi_fd_tell(fd, &at));
    TRUE(at == 0);
    IS(__WASI_ERRNO_INVAL, __wasi_fd_pread(fd, in, 1, 1ULL << 63, &n));
    OK(__wasi_fd_close(fd));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void flags(int dir) {
    int fd = opened(dir, "f", __WASI_OFLAGS_CREAT, RWS | __WASI_RIGHTS_FD_FDSTAT_SET_FLAGS, __WASI_FDFLAGS_APPEND | __WASI_FDFLAGS_SYNC);
    __wasi_fdstat_t s;
    __wasi_filesize_t at;
    OK(__wasi_fd_fdstat_get(fd, &s));
    TRUE(s.fs_filetype == __WASI_FILETYPE_REGULAR_FILE && s.fs_flags == (__WASI_FDFLAGS_APPEND | __WASI_FDFLAGS_SYNC));
    put(fd, "one");
    OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
    put(fd, "two");
    TRUE(stat_of(dir, 0, "f").size == 6);
    OK(__wasi_fd_fdstat_set_flags(fd, 0));
    OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
    put(fd, "ONE");
    OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
    holds(fd, "ONEtwo");
    IS(__WASI_ERRNO_INVAL, __wasi_fd_fdstat_set_flags(fd, 0x20));
    OK(__wasi_fd_close(fd));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void sizes(int dir) {
    __wasi_rights_t rights = RWS | __WASI_RIGHTS_FD_ADVISE | __WASI_RIGHTS_FD_ALLOCATE | __WASI_RIGHTS_FD_FILESTAT_GET
            | __WASI_RIGHTS_FD_FILESTAT_SET_SIZE | __WASI_RIGHTS_FD_FILESTAT_SET_TIMES | __WASI_RIGHTS_FD_SYNC | __WASI_RIGHTS_FD_DATASYNC;
    int fd = opened(dir, "f", __WASI_OFLAGS_CREAT, rights, 0);
    __wasi_filestat_t s;
    OK(__wasi_fd_filestat_set_size(fd, 100));
    OK(__wasi_fd_advise(fd, 10, 50, __WASI_ADVICE_NORMAL));
    IS(__WASI_ERRNO_INVAL, __wasi_fd_advise(fd, 0, 0, 6));
    OK(__wasi_fd_allocate(fd, 10, 10));
    OK(__wasi_fd_filestat_get(fd, &s));
    TRUE(s.size == 100 && s.nlink == 1 && s.ino != 0);
    OK(__wasi_fd_allocate(fd, 90, 20));
    OK(__wasi_fd_filestat_get(fd, &s));
    TRUE(s.size == 110);
    OK(__wasi_fd_filestat_set_times(fd, 7, 8, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
    OK(__wasi_fd_filestat_get(fd, &s));
    TRUE(s.atim == 7 && s.mtim == 8);
    OK(__wasi_fd_filestat_set_times(fd, 1, 1, __WASI_FSTFLAGS_MTIM_NOW));
    IS(__WASI_ERRNO_INVAL, __wasi_fd_filestat_set_times(fd, 1, 1, __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW));
    IS(__WASI_ERRNO_INVAL, __wasi_fd_filestat_set_times(fd, 1, 1, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW));
    OK(__wasi_fd_filestat_get(fd, &s));
    TRUE(s.atim == 7 && s.mtim > 8);
    OK(__wasi_fd_sync(fd));
    OK(__wasi_fd_datasync(fd));
    OK(__wasi_fd_close(fd));
    OK(try_open(dir, 0, "f", __WASI_OFLAGS_TRUNC, RW));
    TRUE(stat_of(dir, 0, "f").size == 0);
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void modes(int dir) {
    create(dir, "f");
    IS(__WASI_ERRNO_EXIST, try_open(dir, 0, "f", __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, RW));
    IS(__WASI_ERRNO_NOENT, try_open(dir, 0, "missing", 0, RW));
    IS(__WASI_ERRNO_NOTDIR, try_open(dir, 0, "f", __WASI_OFLAGS_DIRECTORY, 0));
    int reads = opened(dir, "f", 0, __WASI_RIGHTS_FD_READ, 0);
    int writes = opened(dir, "f", 0, __WASI_RIGHTS_FD_WRITE, 0);
    IS(__WASI_ERRNO_BADF, try_write(reads));
    IS(__WASI_ERRNO_BADF, try_read(writes));
    put(writes, "seen at once");
    holds(reads, "seen at once");
    IS(__WASI_ERRNO_NOTDIR, try_open(reads, 0, "x", 0, 0));
    OK(__wasi_path_unlink_file(dir, "f"));
    create(dir, "f");
    put(writes, " still");
    OK(__wasi_fd_close(reads));
    OK(__wasi_fd_close(writes));
    TRUE(stat_of(dir, 0, "f").size == 0);
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void times(int dir) {
    create(dir, "f");
    __wasi_filestat_t before = stat_of(dir, 0, "f");
    TRUE(before.size == 0 && before.filetype == __WASI_FILETYPE_REGULAR_FILE && before.mtim > 0);
    OK(__wasi_path_filestat_set_times(dir, 0, "f", 0, before.mtim - 100, __WASI_FSTFLAGS_MTIM));
    TRUE(stat_of(dir, 0, "f").mtim == before.mtim - 100);
    IS(__WASI_ERRNO_INVAL, __wasi_path_filestat_set_times(dir, 0, "f", 0, 1, __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW));
    TRUE(stat_of(dir, 0, "f").mtim == before.mtim - 100);
    IS(__WASI_ERRNO_NOENT, __wasi_path_filestat_set_times(dir, 0, "missing", 0, 1, __WASI_FSTFLAGS_MTIM));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void by_libc(void) {
    FILE *f = fopen("/tmp/c", "w+");
    TRUE(f && fputs("hello", f) >= 0 && fflush(f) == 0);
    TRUE(lseek(fileno(f), 0, SEEK_END) == 5 && lseek(fileno(f), 1, SEEK_SET) == 1 && lseek(fileno(f), -9, SEEK_CUR) == -1 && errno == EINVAL);
    char b[8] = "";
    TRUE(pread(fileno(f), b, 4, 1) == 4 && strcmp(b, "ello") == 0);
    TRUE(pwrite(fileno(f), "J", 1, 0) == 1 && pread(fileno(f), b, 5, 0) == 5 && strcmp(b, "Jello") == 0);
    struct stat first, second;
    TRUE(fstat(fileno(f), &first) == 0 && stat("/tmp/c", &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino);
    fclose(f);
    int append = open("/tmp/c", O_RDWR | O_APPEND);
    TRUE(append >= 0 && write(append, "!", 1) == 1 && pread(append, b, 8, 0) == 6 && memcmp(b, "Jello!", 6) == 0);
    TRUE(ftruncate(append, 1) == 0 && lseek(append, 0, SEEK_END) == 1);
    close(append);
    TRUE(!fopen("/etc/passwd", "r") && errno == ENOENT);
    TRUE(!fopen("/../etc/passwd", "r"));
    TRUE(!fopen("/new", "w") && errno == EROFS);
    TRUE(unlink("/tmp/c") == 0 && access("/tmp/c", F_OK) != 0);
}

int main(void) {
    int dir = scratch();
    seek_and_tell(dir);
    at_positions(dir);
    flags(dir);
    sizes(dir);
    modes(dir);
    times(dir);
    by_libc();
    return 0;
}
