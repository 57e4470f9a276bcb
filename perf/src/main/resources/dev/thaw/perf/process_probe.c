/* The least that a clean instance of a real program can cost on this machine: an unmodified Linux program is started in a VM, frozen
 * where it first reads standard input, and from there thawed in new VMs, and rolled back in the last of them, by the smallest monitor
 * that can do it. It is what Thaw's times are held against; it has none of its safety: calls go to the host as they are, one thread,
 * no signals, no protection of memory, no look for written pages within the time that is taken.
 *
 *   process_probe NEW ROLLED PAUSED EVENT PROGRAM ARGS...
 *
 * thaws NEW new VMs, rolls the last one back ROLLED times, and PAUSED times more with 5 ms of sleep between the rollback and the run, as
 * between the requests of one client that waits; each run is given the file EVENT. A line each, in microseconds:
 *   new MAP VM RUN          image mapped and populated; VM made and set to the frozen registers; from the event to the next read after
 *                           the answer, or the exit
 *   rolled COPY VM RUN      written pages copied back; registers set; the same
 *   paused COPY VM RUN      the same without the sleep: what it adds is cold caches
 * and once "pages DIRTY FRAMES FAULTS": pages that a run writes, frames in use, faults of all the rolled-back runs.
 * Before that a rehearsal shows which pages a run brings in, and they are put into the image.
 */
#define _GNU_SOURCE
#include "probe_vm.h"
#include "probe_linux.h"

#define PAUSE 5000 /* microseconds */
#define STACK_END 0x7ffe00000000ull
#define STACK_BYTES (8ull << 20)
#define PROGRAM_BASE 0x555555000000ull
#define INTERPRETER_BASE 0x7ffff0000000ull
#define MAPS_TOP 0x7f0000000000ull

struct loaded { uint64_t entry, headers, end; int header_count; char interpreter[PAGE]; };

static struct loaded load_elf(const char *path, uint64_t base) {
    struct loaded loaded = {0};
    Elf64_Ehdr header;
    Elf64_Phdr segments[64];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, &header, sizeof header, 0) != sizeof header || memcmp(header.e_ident, ELFMAG, SELFMAG)
        || header.e_phnum > 64 || pread(fd, segments, header.e_phnum * sizeof *segments, header.e_phoff) < 0) {
        fail(path);
    }
    if (header.e_type == ET_EXEC) base = 0;
    for (int i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr *segment = &segments[i];
        if (segment->p_type == PT_INTERP && segment->p_filesz < sizeof loaded.interpreter
            && pread(fd, loaded.interpreter, segment->p_filesz, segment->p_offset) < 0) {
            fail(path);
        }
        if (segment->p_type != PT_LOAD) continue;
        uint64_t address = base + segment->p_vaddr, start = address & ~(PAGE - 1), before = address - start;
        uint64_t end = (address + segment->p_memsz + PAGE - 1) & ~(PAGE - 1), bytes = segment->p_filesz + before;
        uint64_t file_end = (start + bytes + PAGE - 1) & ~(PAGE - 1);
        add_map(start, bytes, fd, segment->p_offset - before, bytes);
        if (end > file_end) add_map(file_end, end - file_end, -1, 0, 0);
        if (end > loaded.end) loaded.end = end;
        if (segment->p_offset == 0) loaded.headers = address + header.e_phoff;
    }
    loaded.entry = base + header.e_entry;
    loaded.header_count = header.e_phnum;
    return loaded;
}

/* Loads program and interpreter and lays out the stack as execve does. Returns the first rip, and the stack pointer in *top. */
static uint64_t load(int count, char **arguments, uint64_t *top) {
    static const char *environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/"};
    enum { VARIABLES = sizeof environment / sizeof *environment, WORDS = 256 };
    if (count > WORDS / 2) fail("too many arguments");
    struct loaded program = load_elf(arguments[0], PROGRAM_BASE), interpreter = {0};
    if (program.interpreter[0]) interpreter = load_elf(program.interpreter, INTERPRETER_BASE);
    process.brk_start = process.brk = (program.end + 0xffffff) & ~0xfffffull;
    process.map_top = MAPS_TOP;
    add_map(STACK_END - STACK_BYTES, STACK_BYTES, -1, 0, 0);
    uint64_t sp = STACK_END - 2 * PAGE, words[WORDS], first_argument = 0;
    int n = 0;
    words[n++] = count;
    for (int i = 0; i < count + VARIABLES; i++) {
        const char *string = i < count ? arguments[i] : environment[i - count];
        sp -= strlen(string) + 1;
        if (copy_out(sp, string, strlen(string) + 1)) fail("stack");
        if (i == 0) first_argument = sp;
        if (i == count) words[n++] = 0;
        words[n++] = sp;
    }
    words[n++] = 0;
    uint64_t random = sp = (sp - 16) & ~15ull;
    copy_out(random, (uint64_t[]){0x243f6a8885a308d3, 0x13198a2e03707344}, 16);
    uint64_t auxiliary[] = {AT_PHDR, program.headers, AT_PHENT, sizeof(Elf64_Phdr), AT_PHNUM, program.header_count, AT_PAGESZ, PAGE,
                            AT_BASE, program.interpreter[0] ? INTERPRETER_BASE : 0, AT_FLAGS, 0, AT_ENTRY, program.entry, AT_UID, 0,
                            AT_EUID, 0, AT_GID, 0, AT_EGID, 0, AT_CLKTCK, 100, AT_SECURE, 0, AT_RANDOM, random, AT_EXECFN,
                            first_argument, AT_NULL, 0};
    memcpy(words + n, auxiliary, sizeof auxiliary);
    n += sizeof auxiliary / 8;
    sp = (sp - n * 8) & ~15ull;
    if (copy_out(sp, words, n * 8)) fail("stack");
    *top = sp;
    return program.interpreter[0] ? interpreter.entry : program.entry;
}

/* Hands the page-table changes of the last call to ring 0. */
static void publish_edits(void) {
    *(uint64_t *)(memory + EDIT_COUNT) = edit_count;
    memcpy(memory + EDITS, edits, edit_count * sizeof *edits);
    edit_count = 0;
}

/* Does the call that these registers stand in and leaves the frame with which ring 0 returns from it. */
static void answer_call(struct kvm_regs *r, int by_fault) {
    uint64_t result = system_call(r);
    if (process.exit_status >= 0) return;
    r->rax = result;
    if (by_fault) { /* kvm_pvm: the frame of the page fault at LSTAR is there, its error code on top */
        uint64_t *frame = (void *)(memory + (r->rsp - KERNEL));
        frame[1] = r->rcx, frame[3] = r->r11;
        r->rsp += 8;
    } else {
        uint64_t *frame = (void *)(memory + STACK_TOP - 5 * 8);
        frame[0] = r->rcx, frame[1] = CODE_SELECTOR, frame[2] = r->r11, frame[3] = r->rsp, frame[4] = DATA_SELECTOR;
        r->rsp = KERNEL + STACK_TOP - 5 * 8;
    }
    publish_edits();
}

enum { MAX_FAULTS = 65536 };
static uint64_t faults[MAX_FAULTS]; /* where pages had to be brought in */
static unsigned fault_count;

/* Runs until the program asks for its event the first time, or again after it has answered, or ends. Returns whether its call came by a page fault. */
static int run_on(void) {
    for (;;) {
        if (ioctl(vcpu, KVM_RUN, 0) < 0) {
            if (errno == EINTR) continue;
            fail("KVM_RUN");
        }
        struct kvm_regs *r = &run->s.regs.regs;
        uint64_t fault = run->s.regs.sregs.cr2;
        int port = run->exit_reason == KVM_EXIT_IO ? run->io.port : -1;
        int page_fault = port == PORT_VECTOR + PAGE_FAULT;
        if (port == PORT_SYSCALL || (page_fault && fault == KERNEL + SYSCALL_STUB)) {
            if (process.phase == NOT_YET && r->rax == SYS_read && r->rdi == 0) {
                process.phase = FROZEN;
                return page_fault;
            }
            if (answer_bytes > 0 && r->rax == SYS_read && r->rdi == 0) {
                process.phase = ANSWERED;
                return page_fault;
            }
            answer_call(r, page_fault);
            if (process.exit_status >= 0) return page_fault;
        } else if (page_fault && bring_in(fault)) {
            if (fault_count < MAX_FAULTS) faults[fault_count++] = fault;
            r->rsp += 8;
            publish_edits();
        } else {
            fprintf(stderr, "exit %u, port 0x%x, address 0x%llx, rip 0x%llx: not expected\n", run->exit_reason, port,
                    (unsigned long long)fault, (unsigned long long)r->rip);
            exit(1);
        }
        run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
    }
}

/* The process at its freeze; the pages are in the image. */
static struct { struct kvm_regs regs; struct kvm_sregs sregs; struct kvm_xsave xsave; int by_fault; struct process process; } frozen;
enum { MAX_RANGES = 65536 };
static struct range { uint64_t from, to; } hot[MAX_RANGES];
static unsigned hot_ranges, hot_pages;

static void freeze(int by_fault) {
    frozen.by_fault = by_fault;
    finish_exit();
    KVM(vcpu, KVM_GET_REGS, &frozen.regs);
    KVM(vcpu, KVM_GET_SREGS, &frozen.sregs);
    KVM(vcpu, KVM_GET_XSAVE, &frozen.xsave);
    frozen.process = process;
    frozen.process.phase = THAWED;
    frozen.process.event_at = 0;
}

static void restore_registers(void) {
    memcpy(&process, &frozen.process, offsetof(struct process, map) + frozen.process.maps * sizeof(struct map));
    KVM(vcpu, KVM_SET_SREGS, &frozen.sregs);
    KVM(vcpu, KVM_SET_XSAVE, &frozen.xsave);
    set_msr(FS_BASE, process.fs_base);
}

/* Lets the blocked read return with the event and runs to the end. */
static void answer_event(void) {
    struct kvm_regs regs = frozen.regs;
    answer_bytes = 0;
    answer_call(&regs, frozen.by_fault);
    KVM(vcpu, KVM_SET_REGS, &regs);
    run->kvm_dirty_regs = 0;
    run_on();
    if (process.phase != ANSWERED && (process.exit_status != 0 || answer_bytes == 0)) {
        fprintf(stderr, "the program ended with %ld after an answer of %lu bytes\n", process.exit_status, (unsigned long)answer_bytes);
        exit(1);
    }
}

/* The pages written since the image was mapped, as ranges: present and not the file's (Documentation/admin-guide/mm/pagemap.rst, bits 63
 * and 61). Those of earlier runs stay. */
static void find_written(void) {
    static uint64_t entries[MEMORY / PAGE];
    static uint8_t written[MEMORY / PAGE];
    uint64_t pages = process.next_frame / PAGE;
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, entries, pages * 8, (uint64_t)memory / PAGE * 8) < 0) fail("/proc/self/pagemap");
    close(fd);
    hot_ranges = hot_pages = 0;
    for (uint64_t page = 0; page < pages; page++) {
        if (entries[page] >> 63 && !(entries[page] >> 61 & 1)) written[page] = 1;
        if (!written[page]) continue;
        hot_pages++;
        if (hot_ranges && hot[hot_ranges - 1].to == page * PAGE) hot[hot_ranges - 1].to += PAGE;
        else if (hot_ranges < MAX_RANGES) hot[hot_ranges++] = (struct range){page * PAGE, (page + 1) * PAGE};
        else fail("too many ranges of written pages");
    }
}

/* Brings into the image what the run since the freeze had to bring in, so that later runs find it mapped. */
static void fill_image(void) {
    memory = image;
    process = frozen.process;
    process.phase = NOT_YET;
    for (unsigned i = 0; i < fault_count; i++)
        if (!(*entry_of(faults[i], 1) & 1)) bring_in(faults[i]);
    frozen.process.next_frame = process.next_frame;
}

static void thaw(int fd, int rehearsal) {
    double start = microseconds();
    undo_count = 0;
    memory = mmap(0, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    if (memory == MAP_FAILED) fail("mmap of the image");
    madvise(memory, frozen.process.next_frame, MADV_POPULATE_READ);
    for (unsigned i = 0; i < hot_ranges; i++)
        madvise(memory + hot[i].from, hot[i].to - hot[i].from, MADV_POPULATE_WRITE);
    double mapped = microseconds();
    make_vm();
    restore_registers();
    double made = microseconds();
    answer_event();
    double ended = microseconds();
    if (!rehearsal) printf("new %.1f %.1f %.1f\n", mapped - start, made - mapped, ended - made);
}

static void roll_back(const char *kind, unsigned pause) {
    double start = microseconds();
    for (unsigned i = 0; i < hot_ranges; i++)
        memcpy(memory + hot[i].from, image + hot[i].from, hot[i].to - hot[i].from);
    double copied = microseconds();
    finish_exit();
    restore_registers();
    memcpy(edits, undo, undo_count * sizeof *edits); /* ring 0 takes them back before it returns to ring 3 */
    edit_count = undo_count;
    undo_count = 0;
    double set = microseconds();
    if (pause > 0) usleep(pause);
    double began = microseconds();
    answer_event();
    double ended = microseconds();
    printf("%s %.1f %.1f %.1f\n", kind, copied - start, set - copied, ended - began);
}

int main(int argc, char **argv) {
    if (argc < 6 || atoi(argv[1]) < 1) {
        fprintf(stderr, "usage: process_probe NEW ROLLED PAUSED EVENT PROGRAM ARGS...\n");
        return 2;
    }
    int fd = open(argv[4], O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, event, sizeof event);
    if (length < 0) fail(argv[4]);
    event_bytes = length;
    open_kvm();
    edits = calloc(MAX_EDITS, sizeof *edits);
    undo = calloc(MAX_EDITS, sizeof *undo);
    int file = memfd_create("image", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, MEMORY) < 0) fail("memfd");
    image = memory = mmap(0, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) fail("mmap");
    process.next_frame = FRAMES;
    process.exit_status = -1;
    write_ring0();
    struct kvm_regs first = {.rflags = 0x202};
    first.rip = load(argc - 5, argv + 5, (uint64_t *)&first.rsp);
    make_vm();
    set_first_sregs();
    KVM(vcpu, KVM_SET_REGS, &first);
    int by_fault = run_on();
    if (process.phase != FROZEN) {
        fprintf(stderr, "%s ended with %ld and did not read standard input\n", argv[5], process.exit_status);
        return 1;
    }
    freeze(by_fault);
    close_vm();
    fault_count = 0;
    thaw(file, 1);
    close_vm();
    munmap(memory, MEMORY);
    fill_image();
    for (int i = 0, count = atoi(argv[1]); i <= count; i++) { /* one more, to learn which pages are written */
        fault_count = 0;
        thaw(file, i == 0);
        find_written();
        if (i == count) break;
        close_vm();
        munmap(memory, MEMORY);
    }
    fault_count = 0;
    for (int i = 0, rolled = atoi(argv[2]), count = rolled + atoi(argv[3]); i < count; i++) {
        if (i < rolled) roll_back("rolled", 0);
        else roll_back("paused", PAUSE);
        find_written();
    }
    printf("pages %u %lu %u\n", hot_pages, (unsigned long)(process.next_frame / PAGE), fault_count);
    return 0;
}
