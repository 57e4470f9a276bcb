/* A virtual machine for one Linux process, no more than that needs: what lies where, ring 0's code, and a vCPU that enters ring 3.
 *
 * Ring 3 runs the program. A system call and every exception reach a stub in ring 0 that leaves to the host by an out and goes on at
 * RETURN, which applies what the host wants changed in page tables (a present entry must not be changed behind KVM's back) and
 * returns to ring 3. On kvm_pvm the jump to LSTAR happens in ring 3, and shows as a page fault at that address.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define KERNEL 0xffff800000000000ull /* where ring 0 sees guest-physical 0 */
#define MEMORY (64ull << 20) /* KVM keeps books of each page that a slot could have */
#define PAGE 4096ull
#define FRAME_MASK 0x000ffffffffff000ull

enum { /* guest-physical; from FRAMES on memory is the program's and its page tables' */
    PML4 = 0x2000, GDT = 0x5000, TSS = 0x6000, IDT = 0x7000, STUBS = 0x8000, SYSCALL_STUB = 0x9000, KERNEL_PDPT = 0xb000,
    KERNEL_PD = 0xc000, EDIT_COUNT = 0xd000, RETURN = 0xe000, STACK_TOP = 0x80000, EDITS = 0x100000, FRAMES = 0x200000,
    MAX_EDITS = 20000, PORT_SYSCALL = 0x40, PORT_VECTOR = 0x80, BREAKPOINT = 3, PAGE_FAULT = 14
};

enum { CODE_SELECTOR = 0x33, DATA_SELECTOR = 0x2b, TSS_SELECTOR = 0x40, STAR = 0xc0000081u, LSTAR, FMASK = 0xc0000084u, FS_BASE = 0xc0000100u };

/* A change of a present entry, as ring 0 reads it: where it sees the entry, the new value, the address whose translation goes. */
struct edit { uint64_t entry, value, address; };

static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[256]; } cpuid;
static int kvm, vm, vcpu, run_size;
static struct kvm_run *run;
static uint8_t *memory; /* the VM's, here */

static double microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int control(int fd, unsigned long request, const char *name, void *argument) {
    int result = ioctl(fd, request, argument);
    if (result < 0) fail(name);
    return result;
}
#define KVM(fd, request, argument) control(fd, request, #request, (void *)(uintptr_t)(argument))

/* Writes a stub of ring 0: out to a port, then to RETURN. */
static void write_stub(uint64_t at, uint8_t port) {
    uint8_t code[] = {0xe6, port, 0xe9, 0, 0, 0, 0}; /* out port, al; jmp RETURN */
    *(int32_t *)(code + 3) = (int32_t)(RETURN - (at + sizeof code));
    memcpy(memory + at, code, sizeof code);
}

static void write_return(void) {
    uint8_t code[] = {0x48, 0x83, 0x3d, 0, 0, 0, 0, 0, /* cmp qword [EDIT_COUNT], 0 */
                      0x74, 0x2f,                      /* je done */
                      0x50, 0x53, 0x51, 0x52,          /* push rax, rbx, rcx, rdx */
                      0x48, 0x8d, 0x1d, 0, 0, 0, 0,    /* lea rbx, [EDITS] */
                      0x48, 0x8b, 0x0d, 0, 0, 0, 0,    /* mov rcx, [EDIT_COUNT] */
                      0x48, 0x8b, 0x03,                /* next: mov rax, [rbx] */
                      0x48, 0x8b, 0x53, 0x08,          /* mov rdx, [rbx + 8] */
                      0x48, 0x89, 0x10,                /* mov [rax], rdx */
                      0x48, 0x8b, 0x43, 0x10,          /* mov rax, [rbx + 16] */
                      0x0f, 0x01, 0x38,                /* invlpg [rax] */
                      0x48, 0x83, 0xc3, 0x18,          /* add rbx, 24 */
                      0xff, 0xc9, 0x75, 0xe7,          /* dec ecx; jnz next */
                      0x5a, 0x59, 0x5b, 0x58,          /* pop rdx, rcx, rbx, rax */
                      0x48, 0xcf};                     /* done: iretq */
    *(int32_t *)(code + 3) = EDIT_COUNT - (RETURN + 8);
    *(int32_t *)(code + 17) = EDITS - (RETURN + 21);
    *(int32_t *)(code + 24) = EDIT_COUNT - (RETURN + 28);
    memcpy(memory + RETURN, code, sizeof code);
}

/* Ring 0's tables and code, and its view of all memory through supervisor-only entries of 2 MiB. */
static void write_ring0(void) {
    uint64_t *pml4 = (void *)(memory + PML4), *pdpt = (void *)(memory + KERNEL_PDPT), *pd = (void *)(memory + KERNEL_PD);
    pml4[256] = KERNEL_PDPT | 3;
    pdpt[0] = KERNEL_PD | 3;
    for (uint64_t i = 0; i < MEMORY >> 21; i++)
        pd[i] = i << 21 | 0x83;
    uint64_t *gdt = (void *)(memory + GDT), tss = KERNEL + TSS;
    gdt[2] = 0x00af9b000000ffffull; /* ring 0's code, then data; data and code of ring 3; the TSS */
    gdt[3] = 0x00cf93000000ffffull;
    gdt[5] = 0x00cff3000000ffffull;
    gdt[6] = 0x00affb000000ffffull;
    gdt[8] = 0x67ull | (tss & 0xffffff) << 16 | 0x89ull << 40 | (tss >> 24 & 0xff) << 56;
    gdt[9] = tss >> 32;
    *(uint64_t *)(memory + TSS + 4) = KERNEL + STACK_TOP;
    for (int vector = 0; vector < 32; vector++) {
        uint64_t stub = KERNEL + STUBS + vector * 16, *gate = (void *)(memory + IDT + vector * 16);
        gate[0] = (stub & 0xffff) | 0x10ull << 16 | (vector == BREAKPOINT ? 0xeeull : 0x8eull) << 40 | (stub >> 16 & 0xffff) << 48;
        gate[1] = stub >> 32;
        write_stub(STUBS + vector * 16, PORT_VECTOR + vector);
    }
    write_stub(SYSCALL_STUB, PORT_SYSCALL);
    write_return();
}

static void open_kvm(void) {
    kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) fail("/dev/kvm");
    run_size = KVM(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    cpuid.head.nent = 256;
    KVM(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid);
}

static void set_msr(uint32_t index, uint64_t value) {
    struct { struct kvm_msrs head; struct kvm_msr_entry entry; } msr = {.head.nmsrs = 1, .entry = {.index = index, .data = value}};
    if (KVM(vcpu, KVM_SET_MSRS, &msr) != 1) fail("KVM_SET_MSRS");
}

/* A VM with one vCPU over this memory; its general registers are the caller's to set. */
static void make_vm(void) {
    vm = KVM(kvm, KVM_CREATE_VM, 0);
    struct kvm_userspace_memory_region slot = {.memory_size = MEMORY, .userspace_addr = (uint64_t)memory};
    KVM(vm, KVM_SET_USER_MEMORY_REGION, &slot);
    vcpu = KVM(vm, KVM_CREATE_VCPU, 0);
    run = mmap(0, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (run == MAP_FAILED) fail("mmap of the vCPU");
    KVM(vcpu, KVM_SET_CPUID2, &cpuid);
    struct kvm_xcrs xcr = {.nr_xcrs = 1, .xcrs[0].value = 0xe7}; /* x87, SSE, AVX, AVX-512 where there is one */
    if (ioctl(vcpu, KVM_SET_XCRS, &xcr) < 0) {
        xcr.xcrs[0].value = 7;
        KVM(vcpu, KVM_SET_XCRS, &xcr);
    }
    struct { struct kvm_msrs head; struct kvm_msr_entry entries[3]; } msrs = {.head.nmsrs = 3};
    msrs.entries[0] = (struct kvm_msr_entry){.index = STAR, .data = 0x10ull << 32 | 0x23ull << 48};
    msrs.entries[1] = (struct kvm_msr_entry){.index = LSTAR, .data = KERNEL + SYSCALL_STUB};
    msrs.entries[2] = (struct kvm_msr_entry){.index = FMASK, .data = 0x47700};
    if (KVM(vcpu, KVM_SET_MSRS, &msrs) != 3) fail("KVM_SET_MSRS");
    run->kvm_valid_regs = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS;
}

/* Ring 3 in long mode with paging by our tables. */
static void set_first_sregs(void) {
    struct kvm_sregs s;
    KVM(vcpu, KVM_GET_SREGS, &s);
    s.cr0 = 0x80050033; /* PG AM WP NE ET MP PE */
    s.cr3 = PML4;
    s.cr4 = 0x406a0; /* OSXSAVE, OSXMMEXCPT, OSFXSR, PGE, PAE */
    s.efer = 0xd01;  /* NXE LMA LME SCE */
    struct kvm_segment flat = {.limit = ~0u, .selector = CODE_SELECTOR, .present = 1, .type = 11, .dpl = 3, .s = 1, .l = 1, .g = 1};
    s.cs = flat;
    flat.type = 3, flat.selector = DATA_SELECTOR, flat.l = 0, flat.db = 1;
    s.ds = s.es = s.fs = s.gs = s.ss = flat;
    s.tr = (struct kvm_segment){.base = KERNEL + TSS, .limit = 0x67, .selector = TSS_SELECTOR, .present = 1, .type = 11};
    s.gdt.base = KERNEL + GDT, s.gdt.limit = 0x7f, s.idt.base = KERNEL + IDT, s.idt.limit = 0x1ff;
    KVM(vcpu, KVM_SET_SREGS, &s);
}

static void close_vm(void) {
    munmap(run, run_size);
    close(vcpu);
    close(vm);
}

/* The out that a stub is in stays pending until the next entry: complete it before registers are read or set. */
static void finish_exit(void) {
    run->immediate_exit = 1;
    if (ioctl(vcpu, KVM_RUN, 0) == 0 || errno != EINTR) fail("KVM_RUN with immediate_exit");
    run->immediate_exit = 0;
}
