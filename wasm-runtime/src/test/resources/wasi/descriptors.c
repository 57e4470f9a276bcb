#include "suite.h"

static void rights(int dir) {
    int fd = opened(dir, "f", __WASI_OFLAGS_CREAT, RWS, 0);
    __wasi_fdstat_t s;
    put(fd, "x");
    OK(__wasi_fd_fdstat_get(fd, &s));
    OK(__wasi_fd_fdstat_set_rights(fd, s.fs_rights_base & ~RW, s.fs_rights_inheriting));
    OK(__wasi_fd_fdstat_get(fd, &s));
    TRUE((s.fs_rights_base & RW) == 0 && (s.fs_rights_base & __WASI_RIGHTS_FD_SEEK) != 0);
    IS(__WASI_ERRNO_BADF, try_read(fd));
    IS(__WASI_ERRNO_BADF, try_write(fd));
    IS(__WASI_ERRNO_NOTCAPABLE, __wasi_fd_fdstat_set_rights(fd, s.fs_rights_base | RW, 0));
    OK(__wasi_fd_close(fd));
    int copy = scratch();
    OK(__wasi_fd_fdstat_get(copy, &s));
    TRUE((s.fs_rights_base & __WASI_RIGHTS_FD_FILESTAT_SET_SIZE) == 0);
    OK(try_open(copy, 0, "f", __WASI_OFLAGS_TRUNC, 0));
    OK(__wasi_fd_fdstat_set_rights(copy, s.fs_rights_base, s.fs_rights_inheriting & ~__WASI_RIGHTS_FD_FILESTAT_SET_SIZE));
    OK(try_open(copy, 0, "f", __WASI_OFLAGS_TRUNC, 0));
    OK(__wasi_fd_fdstat_set_rights(copy, s.fs_rights_base & ~__WASI_RIGHTS_PATH_FILESTAT_SET_SIZE, 0));
    IS(__WASI_ERRNO_NOTCAPABLE, try_open(copy, 0, "f", __WASI_OFLAGS_TRUNC, 0));
    IS(__WASI_ERRNO_NOTCAPABLE, try_open(copy, 0, "f", 0, __WASI_RIGHTS_FD_READ));
    OK(__wasi_fd_close(copy));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void renumbered(int dir) {
    int from = opened(dir, "a", __WASI_OFLAGS_CREAT, RW, 0), to = opened(dir, "b", __WASI_OFLAGS_CREAT, RW, 0);
    __wasi_fdstat_t a, b;
    OK(__wasi_fd_fdstat_get(from, &a));
    OK(__wasi_fd_renumber(from, to));
    IS(__WASI_ERRNO_BADF, __wasi_fd_close(from));
    OK(__wasi_fd_fdstat_get(to, &b));
    TRUE(a.fs_filetype == b.fs_filetype && a.fs_rights_base == b.fs_rights_base && a.fs_flags == b.fs_flags);
    IS(__WASI_ERRNO_BADF, __wasi_fd_renumber(to, from));
    put(to, "into a");
    TRUE(stat_of(dir, 0, "a").size == 6 && stat_of(dir, 0, "b").size == 0);
    OK(__wasi_fd_close(to));
    IS(__WASI_ERRNO_BADF, __wasi_fd_close(to));
    IS(__WASI_ERRNO_BADF, try_write(99));
    OK(__wasi_path_unlink_file(dir, "a"));
    OK(__wasi_path_unlink_file(dir, "b"));
}

static void preopened(int dir) {
    __wasi_prestat_t p;
    uint8_t name[8] = {0};
    OK(__wasi_fd_prestat_get(3, &p));
    TRUE(p.tag == __WASI_PREOPENTYPE_DIR && p.u.dir.pr_name_len == 1);
    IS(__WASI_ERRNO_NAMETOOLONG, __wasi_fd_prestat_dir_name(3, name, 0));
    OK(__wasi_fd_prestat_dir_name(3, name, 2));
    TRUE(strcmp((char *) name, "/") == 0);
    IS(__WASI_ERRNO_BADF, __wasi_fd_prestat_get(dir, &p));
    __wasi_fdstat_t root;
    OK(__wasi_fd_fdstat_get(3, &root));
    __wasi_fd_t same;
    OK(__wasi_path_open(3, 0, ".", 0, root.fs_rights_base, root.fs_rights_inheriting, 0, &same));
    /* over the preopened one: dir itself is closed by it */
    __wasi_filestat_t before, after;
    int copy = scratch();
    OK(__wasi_fd_filestat_get(copy, &before));
    OK(__wasi_fd_renumber(copy, 3));
    OK(__wasi_fd_filestat_get(3, &after));
    TRUE(before.ino == after.ino && before.dev == after.dev);
    IS(__WASI_ERRNO_BADF, __wasi_fd_fdstat_get(copy, &root));
    OK(__wasi_fd_close(3));
    IS(__WASI_ERRNO_BADF, __wasi_fd_fdstat_get(3, &root));
    OK(__wasi_fd_fdstat_get(dir, &root));
    OK(__wasi_fd_renumber(same, 3 + (same != 3 ? same - 3 : 0)));
}

static void streams(int dir) {
    __wasi_fdstat_t s;
    for (int fd = 0; fd < 3; fd++) {
        TRUE(!isatty(fd));
        OK(__wasi_fd_fdstat_get(fd, &s));
        TRUE(s.fs_filetype != __WASI_FILETYPE_REGULAR_FILE && (s.fs_rights_base & __WASI_RIGHTS_FD_SEEK) == 0);
        IS(__WASI_ERRNO_NOTSOCK, __wasi_sock_shutdown(fd, __WASI_SDFLAGS_WR));
    }
    IS(__WASI_ERRNO_BADF, __wasi_sock_shutdown(1000, __WASI_SDFLAGS_WR));
    __wasi_fd_t accepted;
    IS(__WASI_ERRNO_NOTSOCK, __wasi_sock_accept(dir, 0, &accepted));
    puts("to standard output");
    fflush(stdout);
    for (int from = 0; from < 3; from++) {
        __wasi_fd_t to;
        OK(__wasi_path_open(dir, 0, "s", __WASI_OFLAGS_CREAT, 0, 0, 0, &to));
        OK(__wasi_fd_renumber(from, to));
        OK(__wasi_fd_fdstat_get(to, &s));
        IS(__WASI_ERRNO_BADF, __wasi_fd_fdstat_get(from, &s));
        OK(__wasi_path_unlink_file(dir, "s"));
    }
}

int main(void) {
    int dir = scratch();
    rights(dir);
    renumbered(dir);
    streams(dir);
    preopened(dir);
    return 0;
}
