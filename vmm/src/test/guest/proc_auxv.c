/* behaviour: the auxiliary vector is what the C library needs
   linkages: static static-pie pie no-pie musl */
#include "guest.h"
#include <elf.h>
#include <sys/auxv.h>
extern char **environ;
int main(int argc, char **argv) {
    (void)argc; V(getauxval(AT_PAGESZ)); V(getauxval(AT_CLKTCK)); V(getauxval(AT_PHENT)); V(getauxval(AT_PHNUM) > 3); V(getauxval(AT_SECURE)); V(getauxval(AT_RANDOM) != 0); V(getauxval(AT_ENTRY) != 0); V(getauxval(AT_UID) == getuid()); V(getauxval(AT_EGID) == getegid()); V(getauxval(AT_HWCAP) != 0); V(getauxval(AT_FLAGS));
    const char *fn = (const char *)getauxval(AT_EXECFN); V(fn != 0 && strrchr(fn, '/') && !strcmp(strrchr(fn, '/'), strrchr(argv[0], '/'))); const char *platform = (const char *)getauxval(AT_PLATFORM); puts(platform ? platform : "none");
    const Elf64_Phdr *ph = (const void *)getauxval(AT_PHDR); int load = 0; for (unsigned i = 0; i < getauxval(AT_PHNUM); i++) load += ph[i].p_type == PT_LOAD; V(load >= 2); const unsigned char *random = (const void *)getauxval(AT_RANDOM); int differ = 0; for (int i = 1; i < 16; i++) differ += random[i] != random[0]; V(differ > 0); V(((uintptr_t)__builtin_frame_address(0) & 15)); V(getpagesize()); V(sysconf(_SC_CLK_TCK)); V(sysconf(_SC_OPEN_MAX) > 0); V(sysconf(_SC_NPROCESSORS_ONLN) > 0); return 0;
}
