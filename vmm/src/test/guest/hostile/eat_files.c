/* behaviour: fills files in memory, then makes directories, links and names without end
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
int main(int argc, char **argv) {
    char kind = argc > 1 ? argv[1][0] : 'w'; static char block[1 << 20]; char name[300];
    for (long i = 0; i < 20000000; i++) {
        long r = 0; snprintf(name, sizeof name, "%c%ld%0*d", kind, i, kind == 'n' ? 200 : 1, 0);
        if (kind == 'w') { static int fd = -1; if (fd < 0) fd = open("big", O_CREAT | O_WRONLY, 0600); r = write(fd, block, sizeof block); }
        if (kind == 'e' || kind == 'n') { int fd = open(name, O_CREAT | O_WRONLY, 0600); r = fd; if (fd >= 0) close(fd); }
        if (kind == 'd') r = mkdir(name, 0755);
        if (kind == 's') r = symlink("/some/where/else/that/is/long/enough/to/take/memory/0123456789012345678901234567890123456789", name);
        if (kind == 'h') { if (i == 0) close(creat("first", 0600)); r = link("first", name); }
        if (kind == 'p') { static int fd = -1; if (fd < 0) fd = open("sparse", O_CREAT | O_RDWR, 0600); r = pwrite(fd, "x", 1, i * 7919L * 4096 % (1L << 44)); }
        if (r < 0) { printf("%s\n", errname(errno)); return 3; }
    }
    puts("no end"); return 0;
}
