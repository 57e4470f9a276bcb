/* behaviour: what runtimes ask of NUMA, barriers and rare interfaces is answered as on a machine of one node
   linkages: static */
#include "guest.h"
int main(void) {
    long mode = 9; unsigned long mask[16]; int m;
    memset(mask, 0xff, sizeof mask);
    R(syscall(SYS_get_mempolicy, &m, mask, 1024, 0, 0)); V(m); V(mask[0]); V(mask[15]);
    R(syscall(SYS_get_mempolicy, 0, mask, 1024, 0, 4)); V(mask[0] & 1);
    R(syscall(SYS_get_mempolicy, &m, 0, 0, 0, 8)); R(syscall(SYS_get_mempolicy, &m, 0, 0, &m, 0));
    R(syscall(SYS_set_mempolicy, 0, 0, 0)); mask[0] = 1; mask[1] = 0; R(syscall(SYS_set_mempolicy, 2, mask, 65)); R(syscall(SYS_set_mempolicy, 2, 0, 0)); R(syscall(SYS_set_mempolicy, 77, 0, 0)); R(syscall(SYS_set_mempolicy, 0, 0, 0));
    char *p = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); R(syscall(SYS_mbind, p, 8192, 1, mask, 65, 0)); R(syscall(SYS_mbind, p + 1, 8192, 1, mask, 65, 0));
    V(syscall(SYS_membarrier, 0, 0, 0) > 0); R(syscall(SYS_membarrier, 8, 0, 0)); R(syscall(SYS_membarrier, 16, 0, 0)); R(syscall(SYS_membarrier, 8, 0, 0)); R(syscall(SYS_membarrier, 64, 0, 0)); R(syscall(SYS_membarrier, 32, 0, 0)); R(syscall(SYS_membarrier, 1, 0, 0)); R(syscall(SYS_membarrier, 4, 0, 0)); R(syscall(SYS_membarrier, 2, 0, 0)); R(syscall(SYS_membarrier, 0, 1, 0)); R(syscall(SYS_membarrier, 1 << 20, 0, 0));
    R(syscall(SYS_pkey_mprotect, p, 4096, 1, -1)); R(syscall(SYS_pkey_free, 77)); R(syscall(SYS_pkey_alloc, 1, 0));
    return 0;
}
