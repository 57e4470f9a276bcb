/* behaviour: open flags create, refuse, truncate and limit as open(2) says
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
int main(void) {
    char text[16] = "";
    R(open("absent", O_RDONLY));
    R(open("f", O_CREAT | O_WRONLY, 0640));
    R(write(3, "hello", 5));
    R(read(3, text, 5));
    R(open("f", O_CREAT | O_EXCL | O_WRONLY, 0600));
    R(open("f", O_RDONLY));
    R(read(4, text, 15)); puts(text);
    R(write(4, "x", 1));
    R(open("f", O_WRONLY | O_TRUNC));
    R(lseek(4, 0, SEEK_END));
    R(close(3)); R(close(4)); R(close(5)); R(close(5));
    R(open("f/x", O_RDONLY));
    R(open("", O_RDONLY));
    R(open(".", O_RDONLY | O_DIRECTORY));
    R(open(".", O_WRONLY));
    R(open("f", O_RDONLY | O_DIRECTORY));
    R(open("no/such/dir", O_CREAT | O_WRONLY, 0600));
    symlink("f", "l"); symlink("loop", "loop");
    R(open("l", O_RDONLY | O_NOFOLLOW));
    R(open("l", O_RDONLY));
    R(open("loop", O_RDONLY));
    R(open("d", O_CREAT | O_DIRECTORY | O_RDONLY, 0700) < 0);
    char longname[300]; memset(longname, 'n', 299); longname[299] = 0;
    R(open(longname, O_CREAT | O_WRONLY, 0600));
    char *longpath = malloc(5000); memset(longpath, '/', 4999); longpath[4999] = 0;
    R(open(longpath, O_RDONLY));
    R(creat("g", 0444));
    R(open((char *)8, O_RDONLY));
    V(fcntl(3, F_GETFL) & O_ACCMODE);
    R(open("h", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    int h = open("h", O_RDWR | O_CLOEXEC);
    V(fcntl(h, F_GETFD));
    V(fcntl(h, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    R(close(-1)); R(close(9999));
    return 0;
}
