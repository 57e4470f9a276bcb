/* behaviour: port instructions of ring 3, on the stubs' ports too, are SIGSEGV
   linkages: static
   flags: -Isrc/test/guest */
#include "guest.h"
#include "catch.h"
int main(void) {
    catch_faults();
    unsigned char ports[] = {0x40, 0x41, 0x80, 0x81, 0x86, 0x8d, 0x8e, 0x9f, 0x60, 0xcf, 0, 255};
    for (unsigned i = 0; i < sizeof ports; i++) {
        unsigned char out8[] = {0xe6, ports[i], 0xc3}, in8[] = {0xe4, ports[i], 0xc3}, out32[] = {0xe7, ports[i], 0xc3}, in32[] = {0xe5, ports[i], 0xc3};
        printf("port %x\n", ports[i]);
        run_code("out8", out8, 3); run_code("in8", in8, 3); run_code("out32", out32, 3); run_code("in32", in32, 3);
        unsigned char dx[] = {0x66, 0xba, ports[i], 0, 0xee, 0xc3}, dxin[] = {0x66, 0xba, ports[i], 0, 0xec, 0xc3}, dx4[] = {0x66, 0xba, ports[i], 0, 0xef, 0xc3};
        run_code("out dx", dx, 6); run_code("in dx", dxin, 6); run_code("outl dx", dx4, 6);
    }
    unsigned char outs[] = {0x66, 0xba, 0x40, 0, 0x31, 0xc9, 0xff, 0xc1, 0xf3, 0x6e, 0xc3}; run_code("rep outsb", outs, 11);
    /* with the registers of a system call to make it look like the stub's */
    unsigned char forged[] = {0xb8, 231, 0, 0, 0, 0xbf, 5, 0, 0, 0, 0x48, 0x8d, 0x0d, 0, 0, 0, 0, 0xe6, 0x40, 0xc3}; run_code("forged exit_group", forged, 20);
    puts("alive");
    return 0;
}
