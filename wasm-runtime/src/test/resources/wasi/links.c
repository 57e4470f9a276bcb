#include "suite.h"

#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW
#define DIRECTORY __WASI_OFLAGS_DIRECTORY

static void to_what_is_there_or_not(int dir) {
    OK(__wasi_path_symlink("target", dir, "link"));
    IS(__WASI_ERRNO_LOOP, try_open(dir, 0, "link", 0, 0));
    IS(__WASI_ERRNO_LOOP, try_open(dir, 0, "link", DIRECTORY, 0));
    IS(__WASI_ERRNO_NOENT, try_open(dir, FOLLOW, "link", 0, 0));
    OK(__wasi_path_create_directory(dir, "target"));
    IS(__WASI_ERRNO_LOOP, try_open(dir, 0, "link", DIRECTORY, 0));
    OK(try_open(dir, FOLLOW, "link", DIRECTORY, 0));
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_remove_directory(dir, "link/"));
    OK(__wasi_path_remove_directory(dir, "target"));
    create(dir, "target");
    IS(__WASI_ERRNO_LOOP, try_open(dir, 0, "link", 0, 0));
    IS(__WASI_ERRNO_NOTDIR, try_open(dir, FOLLOW, "link", DIRECTORY, 0));
    OK(try_open(dir, FOLLOW, "link", 0, 0));
    OK(__wasi_path_unlink_file(dir, "link"));
    OK(__wasi_path_unlink_file(dir, "target"));
    IS(__WASI_ERRNO_PERM, __wasi_path_symlink("/", dir, "root"));
    OK(__wasi_path_symlink("loop", dir, "loop"));
    IS(__WASI_ERRNO_LOOP, try_open(dir, FOLLOW, "loop", 0, 0));
    IS(__WASI_ERRNO_LOOP, try_open(dir, 0, "loop/x", 0, 0));
    OK(__wasi_path_unlink_file(dir, "loop"));
}

static void read_back(int dir) {
    uint8_t b[10] = {0};
    size_t n;
    OK(__wasi_path_symlink("target", dir, "link"));
    OK(__wasi_path_readlink(dir, "link", b, 10, &n));
    TRUE(n == 6 && memcmp(b, "target\0\0\0", 10) == 0);
    OK(__wasi_path_readlink(dir, "link", b, 4, &n));
    TRUE(n == 4);
    OK(__wasi_path_unlink_file(dir, "link"));
    IS(__WASI_ERRNO_NOENT, __wasi_path_readlink(dir, "link", b, 4, &n));
    create(dir, "f");
    IS(__WASI_ERRNO_INVAL, __wasi_path_readlink(dir, "f", b, 4, &n));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void slashes(int dir) {
    IS(__WASI_ERRNO_NOENT, __wasi_path_symlink("source", dir, "target/"));
    OK(__wasi_path_create_directory(dir, "target"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_symlink("source", dir, "target/"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_symlink("source", dir, "target"));
    OK(__wasi_path_remove_directory(dir, "target"));
    create(dir, "target");
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_symlink("source", dir, "target/"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_symlink("source", dir, "target"));
    OK(__wasi_path_unlink_file(dir, "target"));
}

static void times_of_their_own(int dir) {
    create(dir, "f");
    OK(__wasi_path_symlink("f", dir, "link"));
    __wasi_filestat_t file = stat_of(dir, 0, "f"), link = stat_of(dir, 0, "link");
    TRUE(link.size == 1 && link.ino != file.ino && link.filetype == __WASI_FILETYPE_SYMBOLIC_LINK);
    OK(__wasi_path_filestat_set_times(dir, 0, "link", 0, 77, __WASI_FSTFLAGS_MTIM));
    TRUE(stat_of(dir, 0, "link").mtim == 77 && stat_of(dir, FOLLOW, "link").mtim == file.mtim);
    OK(__wasi_path_filestat_set_times(dir, FOLLOW, "link", 0, 88, __WASI_FSTFLAGS_MTIM));
    TRUE(stat_of(dir, 0, "f").mtim == 88 && stat_of(dir, 0, "link").mtim == 77);
    OK(__wasi_path_unlink_file(dir, "link"));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void hard(int dir) {
    create(dir, "f");
    OK(__wasi_path_create_directory(dir, "d"));
    OK(__wasi_path_link(dir, 0, "f", dir, "d/link"));
    __wasi_filestat_t a = stat_of(dir, 0, "f"), b = stat_of(dir, 0, "d/link");
    TRUE(a.ino == b.ino && a.nlink == 2 && b.nlink == 2 && a.ctim == b.ctim);
    IS(__WASI_ERRNO_EXIST, __wasi_path_link(dir, 0, "f", dir, "d/link"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_link(dir, 0, "f", dir, "f"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_link(dir, 0, "f", dir, "d"));
    IS(__WASI_ERRNO_PERM, __wasi_path_link(dir, 0, "d", dir, "link"));
    IS(__WASI_ERRNO_NOENT, __wasi_path_link(dir, 0, "f", dir, "link/"));
    OK(__wasi_path_unlink_file(dir, "d/link"));
    TRUE(stat_of(dir, 0, "f").nlink == 1);
    OK(__wasi_path_remove_directory(dir, "d"));
    OK(__wasi_path_symlink("nothing", dir, "soft"));
    IS(__WASI_ERRNO_EXIST, __wasi_path_link(dir, 0, "f", dir, "soft"));
    IS(__WASI_ERRNO_INVAL, __wasi_path_link(dir, FOLLOW, "soft", dir, "link"));
    OK(__wasi_path_link(dir, 0, "soft", dir, "link"));
    TRUE(stat_of(dir, 0, "link").filetype == __WASI_FILETYPE_SYMBOLIC_LINK);
    OK(__wasi_path_unlink_file(dir, "link"));
    OK(__wasi_path_unlink_file(dir, "soft"));
    OK(__wasi_path_unlink_file(dir, "f"));
}

static void renamed(int dir) {
    OK(__wasi_path_create_directory(dir, "source"));
    OK(__wasi_path_rename(dir, "source", dir, "target"));
    IS(__WASI_ERRNO_NOENT, try_open(dir, 0, "source", DIRECTORY, 0));
    OK(__wasi_path_rename(dir, "target/", dir, "source/"));
    OK(__wasi_path_create_directory(dir, "target"));
    OK(__wasi_path_rename(dir, "source", dir, "target"));
    OK(__wasi_path_create_directory(dir, "source"));
    create(dir, "target/f");
    IS(__WASI_ERRNO_NOTEMPTY, __wasi_path_rename(dir, "source", dir, "target"));
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_rename(dir, "source", dir, "target/f"));
    IS(__WASI_ERRNO_ISDIR, __wasi_path_rename(dir, "target/f", dir, "source"));
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_rename(dir, "target/f/", dir, "g"));
    IS(__WASI_ERRNO_NOTDIR, __wasi_path_rename(dir, "target/f", dir, "g/"));
    OK(__wasi_path_remove_directory(dir, "source"));
    create(dir, "g");
    uint64_t f = stat_of(dir, 0, "target/f").ino;
    OK(__wasi_path_rename(dir, "target/f", dir, "g"));
    TRUE(stat_of(dir, 0, "g").ino == f);
    OK(__wasi_path_rename(dir, "g", dir, "g"));
    IS(__WASI_ERRNO_NOENT, __wasi_path_rename(dir, "missing", dir, "g"));
    OK(__wasi_path_unlink_file(dir, "g"));
    OK(__wasi_path_remove_directory(dir, "target"));
}

int main(void) {
    int dir = scratch();
    to_what_is_there_or_not(dir);
    read_back(dir);
    slashes(dir);
    times_of_their_own(dir);
    hard(dir);
    renamed(dir);
    return 0;
}
