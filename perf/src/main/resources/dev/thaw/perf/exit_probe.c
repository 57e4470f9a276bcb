/* The least that leaving a VM and going on in it costs on this machine: ring 3 makes a system call (syscall), a stub in ring 0 does one
 * out to the host and returns. The host does nothing. Where KVM shows the instruction as a page fault at LSTAR (kvm_pvm), that costs what
 * it costs every monitor there. With it the least that a page costs which KVM has to bring in: ring 3 writes pages of
 * memory that the host has not touched, mapped by large entries of the guest's page table, so that nothing leaves to the host.
 *
 *   exit_probe ROUNDS     prints "trap NANOSECONDS" and "page NANOSECONDS" of one, a line a round
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
    MEMORY = 64 << 20, TRAPS = 2000, PAGES = 1024,
    PML4 = 0x2000, PDPT = 0x3000, PD = 0x4000, GDT = 0x5000, TSS = 0x6000, IDT = 0x7000, STUBS = 0x8000,
    CODE = 0x1000, DATA = 0x800000, ENTRY = 0x600000, PORT = 0x40, END = 0x41
};

static double nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void tables(uint8_t *memory) {
    uint64_t *pml4 = (void *)(memory + PML4), *pdpt = (void *)(memory + PDPT), *pd = (void *)(memory + PD);
    pml4[0] = PDPT | 7;
    pdpt[0] = PD | 7;
    for (uint64_t i = 0; i < 32; i++)
        pd[i] = i << 21 | 0x87;
    pd[ENTRY >> 21] = ENTRY | 0x83; /* not for ring 3 */
    uint64_t *gdt = (void *)(memory + GDT);
    gdt[2] = 0x00af9b000000ffffull;
    gdt[3] = 0x00cf93000000ffffull;
    gdt[5] = 0x00cff3000000ffffull;
    gdt[6] = 0x00affb000000ffffull;
    gdt[8] = 0x67ull | (uint64_t)TSS << 16 | 0x89ull << 40;
    *(uint64_t *)(memory + TSS + 4) = 0x180000;
    for (int vector = 0; vector < 32; vector++) {
        uint64_t stub = STUBS + vector * 16;
        uint64_t *gate = (void *)(memory + IDT + vector * 16);
        gate[0] = (stub & 0xffff) | 0x10ull << 16 | 0xeeull << 40 | (stub >> 16 & 0xffff) << 48;
        uint8_t out[] = {0xe6, vector == 4 ? END : 0x80 + vector, 0x48, 0xcf}; /* out; iretq */
        memcpy(memory + stub, out, sizeof out);
    }
    uint8_t entry[] = {0xe6, PORT, 0x48, 0x0f, 0x07}; /* out; sysretq */
    memcpy(memory + ENTRY, entry, sizeof entry);
    uint8_t fault[] = {0xe6, PORT, 0x48, 0x83, 0xc4, 8, 0x48, 0x89, 0x0c, 0x24, 0x48, 0xcf}; /* out; add rsp, 8; mov [rsp], rcx; iretq */
    memcpy(memory + STUBS + 14 * 16, fault, sizeof fault);
    /* syscall, TRAPS times; int 4; PAGES writes; int 4 */
    uint32_t traps = TRAPS, pages = PAGES, data = DATA;
    uint8_t code[] = {0xbb, 0, 0, 0, 0,                /* mov ebx, traps */
                      0x0f, 0x05, 0xff, 0xcb, 0x75, 0xfa, /* syscall; dec ebx; jnz */
                      0xcd, 4,                         /* int 4 */
                      0xbb, 0, 0, 0, 0,                /* mov ebx, pages */
                      0xbf, 0, 0, 0, 0,                /* mov edi, data */
                      0x89, 0x1f,                      /* mov [rdi], ebx */
                      0x81, 0xc7, 0, 0x10, 0, 0,       /* add edi, 4096 */
                      0xff, 0xcb, 0x75, 0xf4,          /* dec ebx; jnz */
                      0xcd, 4};
    memcpy(code + 1, &traps, 4);
    memcpy(code + 14, &pages, 4);
    memcpy(code + 19, &data, 4);
    memcpy(memory + CODE, code, sizeof code);
}

static void enter(int vcpu, struct kvm_run *run, unsigned port) {
    if (ioctl(vcpu, KVM_RUN, 0) < 0) fail("KVM_RUN");
    if (run->exit_reason != KVM_EXIT_IO || run->io.port != port) {
        fprintf(stderr, "exit %u, port 0x%x\n", run->exit_reason, run->io.port);
        exit(1);
    }
}

static void measure(int kvm, int run_size, struct kvm_cpuid2 *cpuid) {
    uint8_t *memory = mmap(0, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) fail("mmap");
    madvise(memory, MEMORY, MADV_NOHUGEPAGE);
    tables(memory);
    int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    if (vm < 0) fail("KVM_CREATE_VM");
    struct kvm_userspace_memory_region slot = {.memory_size = MEMORY, .userspace_addr = (uint64_t)memory};
    if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) < 0) fail("KVM_SET_USER_MEMORY_REGION");
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    if (vcpu < 0) fail("KVM_CREATE_VCPU");
    struct kvm_run *run = mmap(0, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (ioctl(vcpu, KVM_SET_CPUID2, cpuid) < 0) fail("KVM_SET_CPUID2");
    struct kvm_sregs s;
    if (ioctl(vcpu, KVM_GET_SREGS, &s) < 0) fail("KVM_GET_SREGS");
    s.cr0 = 0x80050033;
    s.cr3 = PML4;
    s.cr4 = 0x6a0;
    s.efer = 0xd01;
    struct kvm_segment flat = {.limit = ~0u, .selector = 0x33, .present = 1, .type = 11, .dpl = 3, .s = 1, .l = 1, .g = 1};
    s.cs = flat;
    flat.type = 3, flat.selector = 0x2b, flat.l = 0, flat.db = 1;
    s.ds = s.es = s.fs = s.gs = s.ss = flat;
    s.tr = (struct kvm_segment){.base = TSS, .limit = 0x67, .selector = 0x40, .present = 1, .type = 11};
    s.gdt.base = GDT, s.gdt.limit = 0x7f, s.idt.base = IDT, s.idt.limit = 0x1ff;
    if (ioctl(vcpu, KVM_SET_SREGS, &s) < 0) fail("KVM_SET_SREGS");
    struct { struct kvm_msrs head; struct kvm_msr_entry entries[3]; } msrs = {
        .head.nmsrs = 3, /* STAR, LSTAR, SFMASK */
        .entries = {{.index = 0xc0000081, .data = 0x0023001000000000ull}, {.index = 0xc0000082, .data = ENTRY}, {.index = 0xc0000084}}};
    if (ioctl(vcpu, KVM_SET_MSRS, &msrs) != 3) fail("KVM_SET_MSRS");
    struct kvm_regs r = {.rip = CODE, .rflags = 2, .rsp = 0x1f0000};
    if (ioctl(vcpu, KVM_SET_REGS, &r) < 0) fail("KVM_SET_REGS");
    enter(vcpu, run, PORT);
    double start = nanoseconds();
    for (int i = 1; i < TRAPS; i++)
        enter(vcpu, run, PORT);
    printf("trap %.1f\n", (nanoseconds() - start) / (TRAPS - 1));
    enter(vcpu, run, END);
    start = nanoseconds();
    enter(vcpu, run, END);
    printf("page %.1f\n", (nanoseconds() - start) / PAGES);
    munmap(run, run_size);
    close(vcpu);
    close(vm);
    munmap(memory, MEMORY);
}

int main(int argc, char **argv) {
    static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[256]; } cpuid;
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) fail("/dev/kvm");
    int run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    cpuid.head.nent = 256;
    if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid) < 0) fail("KVM_GET_SUPPORTED_CPUID");
    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 10); i++)
        measure(kvm, run_size, &cpuid.head);
    return 0;
}
