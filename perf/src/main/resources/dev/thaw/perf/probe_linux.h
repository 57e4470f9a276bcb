/* As much Linux as a single-threaded program needs to start and to answer once. Its calls are passed to the host, which is unsafe:
 * programs of the benchmark only. After the freeze it reads the event from descriptor 0, and what it writes goes nowhere.
 */
#include <elf.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/utsname.h>

enum { MAX_MAPS = 4096, AROUND = 16 };
enum { NOT_YET, FROZEN, THAWED, ANSWERED }; /* a process's phase */
#define PRESENT_USER_WRITE 7
#define BRK_ROOM (256ull << 20)

/* A range of addresses and what its pages hold at first: zeros, or a file's bytes. */
struct map { uint64_t start, end, offset, bytes; int fd; };

/* All that the monitor knows of the process; what a rollback puts back. */
struct process {
    int maps, phase;
    uint64_t next_frame, map_top, brk_start, brk, fs_base, event_at;
    long exit_status;
    struct map map[MAX_MAPS]; /* last, so that a copy can end with the last one in use */
};

static struct process process;
static struct edit *edits, *undo; /* for ring 0's next return; what takes back the entries that were filled since the freeze */
static uint64_t edit_count, undo_count;
static uint8_t *image; /* the memory as it was frozen */
static uint8_t buffer[1 << 20], event[1 << 16];
static uint64_t event_bytes, answer_bytes;

static uint64_t new_frame(void) {
    uint64_t frame = process.next_frame;
    if (frame + PAGE > MEMORY) {
        fprintf(stderr, "the VM's memory is used up\n");
        exit(1);
    }
    process.next_frame += PAGE;
    return frame;
}

/* Fills an entry that is not present: safe from here, the program faults and KVM walks the tables anew. */
static void fill(uint64_t *entry, uint64_t value, uint64_t address) {
    uint64_t physical = (uint8_t *)entry - memory;
    *entry = value;
    if (process.phase != THAWED) return;
    if (undo_count == MAX_EDITS) fail("too many page-table entries to take back");
    undo[undo_count++] = (struct edit){KERNEL + physical, *(uint64_t *)(image + physical), address};
}

/* The page-table entry of an address; null when there is no table for it and none is wanted. */
static uint64_t *entry_of(uint64_t address, int create) {
    uint64_t *table = (void *)(memory + PML4);
    for (int level = 3; level > 0; level--) {
        uint64_t *entry = &table[address >> (12 + 9 * level) & 511];
        if (!(*entry & 1)) {
            if (!create) return 0;
            fill(entry, new_frame() | PRESENT_USER_WRITE, address);
        }
        table = (void *)(memory + (*entry & FRAME_MASK));
    }
    return &table[address >> 12 & 511];
}

static struct map *map_at(uint64_t address) {
    for (int i = process.maps - 1; i >= 0; i--)
        if (address >= process.map[i].start && address < process.map[i].end) return &process.map[i];
    return 0;
}

static uint64_t add_map(uint64_t start, uint64_t length, int fd, uint64_t offset, uint64_t bytes) {
    if (process.maps == MAX_MAPS) fail("too many mappings");
    process.map[process.maps++] = (struct map){start, start + ((length + PAGE - 1) & ~(PAGE - 1)), offset, bytes, fd};
    return start;
}

/* Fills the pages around an address that its mapping has and that are not there. */
static int bring_in(uint64_t address) {
    struct map *map = map_at(address);
    if (!map) return 0;
    uint64_t first = address & ~(AROUND * PAGE - 1);
    for (uint64_t page = first; page < first + AROUND * PAGE; page += PAGE) {
        if (map_at(page) != map) continue;
        uint64_t *entry = entry_of(page, 1), at = page - map->start;
        if (*entry & 1) continue;
        uint64_t frame = new_frame();
        if (map->fd >= 0 && at < map->bytes) {
            uint64_t length = map->bytes - at < PAGE ? map->bytes - at : PAGE;
            if (pread(map->fd, memory + frame, length, map->offset + at) < 0) return 0;
        }
        fill(entry, frame | PRESENT_USER_WRITE, page);
    }
    return 1;
}

/* Where a byte of the program's is, or null. */
static uint8_t *at(uint64_t address) {
    uint64_t *entry = entry_of(address, 0);
    if (!entry || !(*entry & 1)) {
        if (!bring_in(address)) return 0;
        entry = entry_of(address, 0);
    }
    return memory + (*entry & FRAME_MASK) + (address & (PAGE - 1));
}

static int copy(uint64_t address, uint8_t *ours, uint64_t length, int out) {
    while (length) {
        uint8_t *theirs = at(address);
        if (!theirs) return -1;
        uint64_t part = PAGE - (address & (PAGE - 1));
        if (part > length) part = length;
        memcpy(out ? theirs : ours, out ? ours : theirs, part);
        ours += part, address += part, length -= part;
    }
    return 0;
}

static int copy_in(void *to, uint64_t from, uint64_t length) { return copy(from, to, length, 0); }
static int copy_out(uint64_t to, const void *from, uint64_t length) { return copy(to, (uint8_t *)from, length, 1); }

/* The result of a call that filled a structure of ours: to the program with it. */
static long give(long result, uint64_t to, const void *from, uint64_t length) {
    if (result < 0) return -errno;
    return copy_out(to, from, length) ? -EFAULT : 0;
}

static const char *text(uint64_t address) {
    static char text[PAGE];
    for (unsigned i = 0; i < sizeof text - 1; i++) {
        uint8_t *byte = at(address + i);
        text[i] = byte ? *byte : 0;
        if (!text[i]) return text;
    }
    return text;
}

static void unmap(uint64_t start, uint64_t length) {
    uint64_t end = (start + length + PAGE - 1) & ~(PAGE - 1);
    for (uint64_t page = start; page < end; page += PAGE) {
        uint64_t *entry = entry_of(page, 0);
        if (!entry || !(*entry & 1)) continue;
        if (edit_count == MAX_EDITS) fail("too many page-table edits");
        edits[edit_count++] = (struct edit){KERNEL + ((uint8_t *)entry - memory), 0, page};
    }
    for (int i = 0, count = process.maps; i < count; i++) {
        struct map *map = &process.map[i], old = *map;
        if (old.end <= start || old.start >= end) continue;
        map->end = old.start < start ? start : old.start;
        if (old.end > end) {
            uint64_t gone = end - old.start;
            add_map(end, old.end - end, old.fd, old.offset + gone, old.bytes > gone ? old.bytes - gone : 0);
        }
    }
}

static long map_call(uint64_t address, uint64_t length, uint64_t flags, int fd, uint64_t offset) {
    if (!length) return -EINVAL;
    length = (length + PAGE - 1) & ~(PAGE - 1);
    if (flags & MAP_FIXED) unmap(address, length);
    else address = process.map_top -= length + PAGE;
    struct stat status = {0};
    int ours = -1;
    if (!(flags & MAP_ANONYMOUS)) {
        if (fstat(fd, &status) < 0 || (ours = dup(fd)) < 0) return -errno; /* the program may close its own */
    }
    uint64_t bytes = (uint64_t)status.st_size > offset ? status.st_size - offset : 0;
    return add_map(address, length, ours, offset, bytes < length ? bytes : length);
}

static long remap_call(uint64_t old, uint64_t old_length, uint64_t length) {
    length = (length + PAGE - 1) & ~(PAGE - 1), old_length = (old_length + PAGE - 1) & ~(PAGE - 1);
    if (length <= old_length) {
        unmap(old + length, old_length - length);
        return old;
    }
    uint64_t to = add_map(process.map_top -= length + PAGE, length, -1, 0, 0);
    for (uint64_t offset = 0; offset < old_length; offset += PAGE)
        if (copy_in(buffer, old + offset, PAGE) || copy_out(to + offset, buffer, PAGE)) return -EFAULT;
    unmap(old, old_length);
    return to;
}

static long read_call(int fd, uint64_t to, uint64_t length, int64_t offset) {
    if (length > sizeof buffer) length = sizeof buffer;
    ssize_t got;
    if (fd == 0) {
        got = event_bytes - process.event_at < length ? event_bytes - process.event_at : length;
        memcpy(buffer, event + process.event_at, got);
        process.event_at += got;
    } else {
        got = offset < 0 ? read(fd, buffer, length) : pread(fd, buffer, length, offset);
    }
    if (got < 0) return -errno;
    return copy_out(to, buffer, got) ? -EFAULT : got;
}

static long brk_call(uint64_t wanted) {
    if (wanted >= process.brk_start && wanted < process.brk_start + BRK_ROOM) {
        uint64_t end = (wanted + PAGE - 1) & ~(PAGE - 1);
        if (end > process.brk) {
            add_map(process.brk, end - process.brk, -1, 0, 0);
            process.brk = end;
        }
        return wanted;
    }
    return process.brk;
}

static long errno_of(long result) { return result < 0 ? -errno : result; }

static long system_call(const struct kvm_regs *r) {
    uint64_t a = r->rdi, b = r->rsi, c = r->rdx, d = r->r10;
    struct stat status;
    struct statx extended;
    struct timespec time;
    struct rlimit limit;
    struct rusage usage;
    struct utsname name;
    struct sysinfo info;
    long got;
    switch (r->rax) {
    case SYS_read: return read_call(a, b, c, -1);
    case SYS_pread64: return read_call(a, b, c, d);
    case SYS_write: answer_bytes += a == 1 ? c : 0; return c;
    case SYS_writev: for (got = 0; c--; b += 16) {
            struct iovec part;
            if (copy_in(&part, b, sizeof part)) return -EFAULT;
            got += part.iov_len;
        }
        answer_bytes += a == 1 ? got : 0;
        return got;
    case SYS_open: return errno_of(open(text(a), b & ~(O_CREAT | O_TRUNC), c));
    case SYS_openat: return errno_of(openat((int)a, text(b), c & ~(O_CREAT | O_TRUNC), d));
    case SYS_close: return a < 3 ? 0 : errno_of(close(a));
    case SYS_lseek: return errno_of(a == 0 ? (errno = ESPIPE, -1) : lseek(a, b, c));
    case SYS_stat: return give(stat(text(a), &status), b, &status, sizeof status);
    case SYS_lstat: return give(lstat(text(a), &status), b, &status, sizeof status);
    case SYS_fstat: return give(fstat(a, &status), b, &status, sizeof status);
    case SYS_newfstatat: return give(fstatat((int)a, text(b), &status, d), c, &status, sizeof status);
    case SYS_statx: return give(statx((int)a, text(b), c, d, &extended), r->r8, &extended, sizeof extended);
    case SYS_access: return errno_of(access(text(a), b));
    case SYS_faccessat: case SYS_faccessat2: return errno_of(faccessat((int)a, text(b), c, 0));
    case SYS_fcntl: return errno_of(fcntl(a, b, c));
    case SYS_dup: return errno_of(dup(a));
    case SYS_readlink: got = readlink(text(a), (char *)buffer, c < PAGE ? c : PAGE); return give(got, b, buffer, got) ?: got;
    case SYS_readlinkat: got = readlinkat((int)a, text(b), (char *)buffer, d < PAGE ? d : PAGE); return give(got, c, buffer, got) ?: got;
    case SYS_getdents64: got = syscall(SYS_getdents64, a, buffer, c < sizeof buffer ? c : sizeof buffer); return give(got, b, buffer, got) ?: got;
    case SYS_getcwd: return copy_out(a, "/", 2) ? -EFAULT : 2;
    case SYS_mmap: return map_call(a, b, d, (int)r->r8, r->r9);
    case SYS_munmap: unmap(a, b); return 0;
    case SYS_mremap: return remap_call(a, b, c);
    case SYS_brk: return brk_call(a);
    case SYS_arch_prctl: if (a != 0x1002) return -EINVAL; /* ARCH_SET_FS */
        set_msr(FS_BASE, process.fs_base = b);
        return 0;
    case SYS_mprotect: case SYS_madvise: case SYS_rt_sigaction: case SYS_rt_sigprocmask: case SYS_sigaltstack: case SYS_set_robust_list:
    case SYS_futex: case SYS_getuid: case SYS_geteuid: case SYS_getgid: case SYS_getegid: case SYS_sched_yield: return 0;
    case SYS_getpid: case SYS_gettid: case SYS_set_tid_address: return 1000;
    case SYS_ioctl: return -ENOTTY;
    case SYS_socket: return -EAFNOSUPPORT;
    case SYS_sched_getaffinity: return copy_out(c, &(uint64_t){1}, 8) ? -EFAULT : 8;
    case SYS_uname: return give(uname(&name), a, &name, sizeof name);
    case SYS_sysinfo: return give(sysinfo(&info), a, &info, sizeof info);
    case SYS_getrusage: return give(getrusage(RUSAGE_SELF, &usage), b, &usage, sizeof usage);
    case SYS_getrlimit: return give(getrlimit(a, &limit), b, &limit, sizeof limit);
    case SYS_prlimit64: return d ? give(getrlimit(b, &limit), d, &limit, sizeof limit) : 0;
    case SYS_clock_gettime: return give(clock_gettime(a, &time), b, &time, sizeof time);
    case SYS_getrandom: got = getrandom(buffer, b < PAGE ? b : PAGE, 0); return give(got, a, buffer, got) ?: got;
    case SYS_epoll_create1: return errno_of(dup(2)); /* made by an import, not used */
    case SYS_exit: case SYS_exit_group: process.exit_status = a; return 0;
    default: return -ENOSYS; /* rseq, clone3 and others that libraries can do without */
    }
}
