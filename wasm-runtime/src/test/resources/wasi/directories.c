#include "suite.h"

__attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open")))
int raw_path_open(int dir, int flags, const char *path, int length, int oflags, long long rights, long long inheriting, int fdflags, int *fd);

static void operations_of_files(int dir) {
    __wasi_filesize_t at;
    uint8_t b[8];
    __wasi_iovec_t in = {b, 8};
    __wasi_ciovec_t out = {b, 8};
    size_t n;
    __wasi_filestat_t s;
    OK(__wasi_fd_filestat_get(dir, &s));
    TRUE(s.filetype == __WASI_FILETYPE_DIRECTORY);
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_read(dir, &in, 1, &n));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_pread(dir, &in, 1, 0, &n));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_write(dir, &out, 1, &n));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_pwrite(dir, &out, 1, 0, &n));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_seek(dir, 0, __WASI_WHENCE_CUR, &at));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_tell(dir, &at));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_allocate(dir, 0, 1));
    IS(__WASI_ERRNO_ISDIR, __wasi_fd_filestat_set_size(dir, 0));
    __wasi_fd_t fd;
    OK(__wasi_path_open(dir, 0, ".", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_SEEK, 0, __WASI_FDFLAGS_NONBLOCK, &fd));
    __wasi_fdstat_t f;
    OK(__wasi_fd_fdstat_get(fd, &f));
    TRUE(f.fs_filetype == __WASI_FILETYPE_DIRECTORY && f.fs_rights_base == 0);
    OK(__wasi_fd_close(fd));
    IS(__WASI_ERRNO_ISDIR, try_open(dir, 0, ".", __WASI_OFLAGS_DIRECTORY, RW));
    OK(try_open(dir, 0, ".", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_READ));
}

static int list(int dir, char *into, __wasi_dircookie_t *cookie, int *last) {
    uint8_t b[256];
    size_t used;
    OK(__wasi_fd_readdir(dir, b, sizeof b, *cookie, &used));
    int count = 0;
    for (size_t at = 0; at + sizeof(__wasi_dirent_t) <= used;) {
        __wasi_dirent_t d;
        memcpy(&d, b + at, sizeof d);
        if (at + sizeof d + d.d_namlen > used) break;
        sprintf(into + strlen(into), "%.*s:%d ", (int) d.d_namlen, b + at + sizeof d, d.d_type);
        *cookie = d.d_next;
        at += sizeof d + d.d_namlen;
        count++;
    }
    *last = used < sizeof b;
    return count;
}

static void listings(int dir) {
    static char names[100000];
    __wasi_dircookie_t cookie = 0;
    int last;
    OK(__wasi_path_create_directory(dir, "d"));
    __wasi_fd_t d;
    OK(__wasi_path_open(dir, 0, "d", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_READDIR | __WASI_RIGHTS_PATH_OPEN | __WASI_RIGHTS_PATH_CREATE_FILE
            | __WASI_RIGHTS_PATH_UNLINK_FILE, RW, 0, &d));
    TRUE(list(d, names, &cookie, &last) == 2 && last && strcmp(names, ".:3 ..:3 ") == 0);
    create(d, "file");
    names[0] = 0;
    TRUE(list(d, names, &cookie, &last) == 1 && last && strcmp(names, "file:4 ") == 0);
    for (int i = 0; i < 1000; i++) {
        char name[16];
        sprintf(name, "file.%d", i);
        create(d, name);
    }
    int total = 0;
    cookie = 0;
    do total += list(d, names, &cookie, &last); while (!last);
    TRUE(total == 1003);
    IS(__WASI_ERRNO_NOTEMPTY, __wasi_path_remove_directory(dir, "d"));
    for (int i = 0; i < 1000; i++) {
        char name[16];
        sprintf(name, "file.%d", i);
        OK(__wasi_path_unlink_file(d, name));
    }
    OK(__wasi_path_unlink_file(d, "file"));
    OK(__wasi_path_remove_directory(dir, "d"));
    IS(__WASI_ERRNO_NOENT, try_open(d, 0, "late", __WASI_OFLAGS_CREAT, RW));
    OK(__wasi_fd_close(d));
    DIR *by_libc = opendir("/");
    int found = 0;
    for (struct dirent *e; (e = readdir(by_libc));) found += strcmp(e->d_name, "tmp") == 0;
    TRUE(found == 1 && closedir(by_libc) == 0);
}

static void slashes(int dir) {
    OK(__wasi_path_create_directory(dir, "d"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_create_directory(dir, "d/"));
    IS(__WASI_ERRNO_ISDIR, __wasi_path_unlink_file(dir, "d"));
    IS(__WASI_ERRNO_ISDIR, __wasi_path_unlink_file(dir, "d/"));
    OK(__wasi_path_remove_directory(dir, "d/"));
    create(dir, "f");
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_remove_directory(dir, "f"));
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_remove_directory(dir, "f/"));
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_unlink_file(dir, "f/"));
    OK(__wasi_path_unlink_file(dir, "f"));
    IS(__WASI_ERRNO_NOENT, __wasi_path_unlink_file(dir, "f"));
    IS(__WASI_ERRNO_NOENT, __wasi_path_remove_directory(dir, "d"));
}

static void paths(int dir) {
    int fd;
    OK(__wasi_path_create_directory(dir, "d"));
    OK(__wasi_path_create_directory(dir, "d/nested"));
    create(dir, "d/nested/file");
    IS(__WASI_ERRNO_PERM, try_open(dir, 0, "/d/nested/file", 0, 0));
    OK(try_open(dir, 0, "d/.//nested/../../d/nested/../nested///./file", 0, 0));
    IS(__WASI_ERRNO_INVAL, raw_path_open(dir, 0, "d/nested/file\0", 14, 0, 0, 0, 0, &fd));
    IS(__WASI_ERRNO_NOTDIR, try_open(dir, 0, "d/nested/file/", 0, 0));
    IS(__WASI_ERRNO_NOTDIR, try_open(dir, 0, "d/nested/file///", 0, 0));
    OK(try_open(dir, 0, "d/nested///", 0, 0));
    IS(__WASI_ERRNO_PERM, try_open(dir, 0, "d/nested/../../../tmp/d/nested/file", 0, 0));
    OK(__wasi_path_unlink_file(dir, "d/nested/file"));
    OK(__wasi_path_remove_directory(dir, "d/nested"));
    OK(__wasi_path_remove_directory(dir, "d"));
}

static void exists(int dir) {
    __wasi_filestat_t s;
    OK(__wasi_path_create_directory(dir, "d"));
    create(dir, "d/f");
    OK(__wasi_path_symlink("f", dir, "d/l"));
    TRUE(stat_of(dir, 0, "d/").filetype == __WASI_FILETYPE_DIRECTORY);
    TRUE(stat_of(dir, 0, "d/l").filetype == __WASI_FILETYPE_SYMBOLIC_LINK);
    TRUE(stat_of(dir, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "d/l").ino == stat_of(dir, 0, "d/f").ino);
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_filestat_get(dir, 0, "d/f/", &s));
    IS(__WASI_ERRNO_NOENT, __wasi_path_filestat_get(dir, 0, "d/x", &s));
    OK(__wasi_path_unlink_file(dir, "d/l"));
    OK(__wasi_path_unlink_file(dir, "d/f"));
    OK(__wasi_path_remove_directory(dir, "d"));
}

int main(void) {
    int dir = scratch();
    operations_of_files(dir);
    listings(dir);
    slashes(dir);
    paths(dir);
    exists(dir);
    return 0;
}
