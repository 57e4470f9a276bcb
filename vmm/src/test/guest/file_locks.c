/* behaviour: descriptions of one file keep each other from locking it, by flock and by ranges
   linkages: static pie
   flags: -pthread */
#include "guest.h"
#include <pthread.h>
#include <sys/file.h>
static int a, b; static volatile int held;
static void *waiter(void *x) { (void)x; R(flock(b, LOCK_EX)); V(held); R(flock(b, LOCK_UN)); struct flock l = {.l_type = F_WRLCK, .l_start = 5, .l_len = 5}; R(fcntl(b, F_OFD_SETLKW, &l)); V(held); return 0; }
static void lock(int fd, int type, long start, long len) { struct flock l = {.l_type = type, .l_start = start, .l_len = len}; R(fcntl(fd, F_OFD_SETLK, &l)); }
static void who(int fd, int type, long start, long len) { struct flock l = {.l_type = type, .l_start = start, .l_len = len, .l_whence = 0}; R(fcntl(fd, F_OFD_GETLK, &l)); printf("%d %ld %ld %d\n", l.l_type, (long)l.l_start, (long)l.l_len, l.l_pid); }
int main(void) {
    put("f", "0123456789"); a = open("f", O_RDWR); b = open("f", O_RDWR); int dup_a = dup(a), c = open("f", O_RDONLY);
    R(flock(a, LOCK_SH)); R(flock(b, LOCK_SH | LOCK_NB)); R(flock(b, LOCK_EX | LOCK_NB)); R(flock(b, LOCK_UN)); R(flock(a, LOCK_EX | LOCK_NB)); R(flock(dup_a, LOCK_EX | LOCK_NB)); R(flock(c, LOCK_SH | LOCK_NB)); R(flock(a, 77)); R(flock(99, LOCK_SH)); close(dup_a); R(flock(b, LOCK_SH | LOCK_NB));
    lock(a, F_WRLCK, 0, 4); lock(b, F_RDLCK, 4, 2); lock(b, F_RDLCK, 3, 2); lock(b, F_WRLCK, 2, 0); who(b, F_RDLCK, 0, 0); who(a, F_WRLCK, 0, 0); who(b, F_WRLCK, 6, 1); lock(a, F_UNLCK, 1, 1); who(b, F_WRLCK, 1, 1); who(b, F_WRLCK, 1, 2); lock(c, F_WRLCK, 100, 1); lock(c, F_RDLCK, 100, 1); lock(a, F_WRLCK, 50, 200); lock(c, F_UNLCK, 0, 0); lock(a, F_WRLCK, 50, 200);
    struct flock l = {.l_type = F_WRLCK, .l_pid = 5}; R(fcntl(a, F_OFD_SETLK, &l)); l.l_pid = 0; l.l_type = 9; R(fcntl(a, F_OFD_SETLK, &l));
    lock(a, F_UNLCK, 0, 0); lock(b, F_UNLCK, 0, 0); lock(a, F_WRLCK, 0, 0); pthread_t t; pthread_create(&t, 0, waiter, 0); usleep(50000); held = 1; flock(a, LOCK_UN); usleep(50000); held = 2; close(a); pthread_join(t, 0);
    mkdir("d", 0755); int d = open("d", O_RDONLY | O_DIRECTORY), e = open("d", O_RDONLY | O_DIRECTORY); R(flock(d, LOCK_EX)); R(flock(e, LOCK_SH | LOCK_NB)); R(flock(d, LOCK_SH)); R(flock(e, LOCK_SH | LOCK_NB)); close(d); R(flock(e, LOCK_EX | LOCK_NB));
    return 0;
}
