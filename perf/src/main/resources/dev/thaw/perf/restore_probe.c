/* The least that thawing a VM can cost on this machine: map an image privately, make its hot pages private in one go, create a
 * VM with one vCPU over it, run ring-3 code that writes N pages, see it come out. No monitor, no page tables of a real program.
 *
 *   restore_probe PAGES REPETITIONS     prints a line a repetition: microseconds, from mmap to the last exit
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

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    IMAGE = 64 << 20,
    PML4 = 0x2000, PDPT = 0x3000, PD = 0x4000, GDT = 0x5000, TSS = 0x6000, IDT = 0x7000, STUBS = 0x8000,
    CODE = 0x1000, DATA = 0x400000, PORT = 0x40
};

static int kvm, run_size;
static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[256]; } cpuid;

static double microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* Identity-mapped first 64 MiB; ring-3 code: write PAGES pages, then int3, whose gate in ring 0 does the out. */
static void make_image(uint8_t *memory, uint32_t pages) {
    uint64_t *pml4 = (void *)(memory + PML4), *pdpt = (void *)(memory + PDPT), *pd = (void *)(memory + PD);
    pml4[0] = PDPT | 7;
    pdpt[0] = PD | 7;
    for (uint64_t i = 0; i < 32; i++)
        pd[i] = i << 21 | 0x87;
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
        uint8_t out[] = {0xe6, vector == 3 ? PORT : 0x80 + vector, 0xf4};
        memcpy(memory + stub, out, sizeof out);
    }
    uint8_t code[] = {0xbb, 0, 0, 0, 0,             /* mov ebx, pages */
                      0xbf, 0, 0, 0, 0,             /* mov edi, data */
                      0x89, 0x1f,                   /* mov [rdi], ebx */
                      0x81, 0xc7, 0, 0x10, 0, 0,    /* add edi, 4096 */
                      0xff, 0xcb, 0x75, 0xf4, 0xcc}; /* dec ebx; jnz; int3 */
    uint32_t data = DATA;
    memcpy(code + 1, &pages, 4);
    memcpy(code + 6, &data, 4);
    memcpy(memory + CODE, code, sizeof code);
    for (uint32_t i = 0; i < pages; i++)
        memory[DATA + i * 4096u] = 1;
}

static double restore(int image, uint32_t pages) {
    double start = microseconds();
    uint8_t *memory = mmap(0, IMAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, image, 0);
    if (memory == MAP_FAILED) fail("mmap");
    if (pages) madvise(memory + DATA, pages * 4096ul, MADV_POPULATE_WRITE);
    int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    if (vm < 0) fail("KVM_CREATE_VM");
    struct kvm_userspace_memory_region slot = {.memory_size = IMAGE, .userspace_addr = (uint64_t)memory};
    if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) < 0) fail("KVM_SET_USER_MEMORY_REGION");
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    if (vcpu < 0) fail("KVM_CREATE_VCPU");
    struct kvm_run *run = mmap(0, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (ioctl(vcpu, KVM_SET_CPUID2, &cpuid) < 0) fail("KVM_SET_CPUID2");
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
    struct kvm_regs r = {.rip = CODE, .rflags = 2, .rsp = 0x1f0000};
    if (ioctl(vcpu, KVM_SET_REGS, &r) < 0) fail("KVM_SET_REGS");
    if (ioctl(vcpu, KVM_RUN, 0) < 0) fail("KVM_RUN");
    if (run->exit_reason != KVM_EXIT_IO || run->io.port != PORT) {
        fprintf(stderr, "exit %u, port 0x%x\n", run->exit_reason, run->io.port);
        exit(1);
    }
    double took = microseconds() - start;
    munmap(run, run_size);
    close(vcpu);
    close(vm);
    munmap(memory, IMAGE);
    return took;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: restore_probe PAGES REPETITIONS\n");
        return 2;
    }
    uint32_t pages = strtoul(argv[1], 0, 10);
    int repetitions = atoi(argv[2]);
    if (pages < 1 || pages > 14000) {
        fprintf(stderr, "PAGES is 1 to 14000\n");
        return 2;
    }
    kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) fail("/dev/kvm");
    run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    cpuid.head.nent = 256;
    if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid) < 0) fail("KVM_GET_SUPPORTED_CPUID");
    int image = memfd_create("image", 0);
    if (image < 0 || ftruncate(image, IMAGE) < 0) fail("memfd");
    uint8_t *memory = mmap(0, IMAGE, PROT_READ | PROT_WRITE, MAP_SHARED, image, 0);
    make_image(memory, pages);
    for (int i = 0; i < repetitions; i++)
        printf("%.1f\n", restore(image, pages));
}
