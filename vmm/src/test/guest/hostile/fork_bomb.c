/* behaviour: forks without end
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
int main(void) { int n = 0; for (int i = 0; i < 10000; i++) if (fork() >= 0) n++; printf("%d processes, %s\n", n, errname(errno)); if (vfork() >= 0) _exit(9); char *no[] = {0}; execve("/bin/none", no, no); printf("%s\n", errname(errno)); return 0; }
