package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.memory.GuestMemory;
import java.util.Optional;

/** The calls that make, change and move mappings: each decodes, checks ranges as Linux does, and asks the {@link AddressSpace}. */
public final class MemoryCalls {
    /** mman-common.h, mman.h. */
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_SHARED_VALIDATE = 3;
    private static final int MAP_TYPE = 0xf;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_32BIT = 0x40;
    private static final int MAP_GROWSDOWN = 0x100;
    private static final int MAP_LOCKED = 0x2000;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MAP_HUGETLB = 0x4_0000;
    private static final int MAP_FIXED_NOREPLACE = 0x10_0000;
    /** LEGACY_MAP_MASK of linux/mman.h: what MAP_SHARED_VALIDATE accepts of a file system without MAP_SYNC. */
    private static final int MAP_VALIDATED = MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_32BIT | MAP_GROWSDOWN | 0x800 | 0x1000
            | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | 0x1_0000 | 0x2_0000 | MAP_HUGETLB | MAP_FIXED_NOREPLACE | 0x400_0000;
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MREMAP_FIXED = 2;
    private static final int MREMAP_DONTUNMAP = 4;

    private static final int PROT_ALL = 7;
    /** Protection bits that are accepted and mean nothing here: PROT_SEM, PROT_GROWSDOWN, PROT_GROWSUP. */
    private static final int PROT_IGNORED = 0x0300_0008;
    private static final int PROT_GROWSDOWN = 0x0100_0000;
    private static final int PROT_GROWSUP = 0x0200_0000;
    private static final long PAGE = GuestMemory.PAGE;

    private MemoryCalls() {}

    public static long mmap(Task task, Call call) {
        long hint = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int protection = call.intArg(2);
        int flags = call.intArg(3);
        long offset = call.arg(5);
        int type = flags & MAP_TYPE;
        boolean anonymous = (flags & MAP_ANONYMOUS) != 0;
        if (call.arg(1) == 0 || type < MAP_SHARED || type > (anonymous ? MAP_PRIVATE : MAP_SHARED_VALIDATE)
                || (offset & (PAGE - 1)) != 0 || (protection & ~(PROT_ALL | PROT_IGNORED)) != 0) {
            return -Errno.EINVAL;
        }
        if (length <= 0 || length > AddressSpace.TASK_SIZE || offset < 0 || offset + length < 0) {
            return -Errno.ENOMEM;
        }
        if (type == MAP_SHARED_VALIDATE && (flags & ~MAP_VALIDATED) != 0) {
            return -Errno.EOPNOTSUPP;
        }
        if ((flags & MAP_HUGETLB) != 0) {
            return anonymous ? -Errno.ENOMEM : -Errno.EINVAL;
        }
        protection &= PROT_ALL;
        AddressSpace space = task.kernel().space();
        if (!space.admits(length, reservesOnly(protection, flags, type))) {
            return -Errno.ENOMEM;
        }
        Vma wanted = anonymous ? anonymous(task, length, protection, flags)
                : ofFile(task, call.intArg(4), length, protection, type, offset);
        long at = place(space, hint, length, flags);
        if (at < 0) {
            wanted.source().filter(source -> !space.maps(source)).ifPresent(MappingSource::unmapped);
            return at;
        }
        space.map(wanted.movedBy(at));
        // As Linux: a mapping that cannot be filled beforehand is no error.
        if ((flags & (MAP_POPULATE | MAP_LOCKED)) != 0 && protection != 0 && length / PAGE < space.availablePages() / 2) {
            space.populate(at, at + length, (protection & Vma.PROT_WRITE) != 0 && type == MAP_PRIVATE);
        }
        return at;
    }

    private static boolean reservesOnly(int protection, int flags, int type) {
        return (flags & MAP_NORESERVE) != 0 || (protection & Vma.PROT_WRITE) == 0
                || type != MAP_PRIVATE && (flags & MAP_ANONYMOUS) == 0;
    }

    /** An anonymous mapping at 0, to be moved where it belongs. Shared, it is a file without a name (mm/shmem.c, shmem_zero_setup). */
    private static Vma anonymous(Task task, long length, int protection, int flags) {
        if ((flags & MAP_TYPE) == MAP_PRIVATE) {
            Vma.Kind kind = (flags & MAP_GROWSDOWN) != 0 ? Vma.Kind.STACK : Vma.Kind.ANONYMOUS;
            return new Vma(0, length, protection, kind, Optional.empty(), 0);
        }
        if ((flags & MAP_GROWSDOWN) != 0) {
            throw new GuestError(Errno.EINVAL);
        }
        return new Vma(0, length, protection, Vma.Kind.SHARED_FILE, Optional.of(task.kernel().fileSystem().sharedMemory(length)), 0,
                Vma.SHARED, "");
    }

    private static Vma ofFile(Task task, int fd, long length, int protection, int type, long offset) {
        FileDescription file = task.files().get(fd);
        boolean shared = type != MAP_PRIVATE;
        boolean writes = (protection & Vma.PROT_WRITE) != 0;
        if ((file.statusFlags() & OpenFlags.O_PATH) != 0) {
            throw new GuestError(Errno.EBADF);
        }
        boolean mayWrite = !shared || OpenFlags.writable(file.statusFlags());
        if (!OpenFlags.readable(file.statusFlags()) || writes && !mayWrite) {
            throw new GuestError(Errno.EACCES);
        }
        MappingSource source = file.mappingSource().orElseThrow(() -> new GuestError(Errno.ENODEV));
        if (shared && source.anonymousWhenShared()) {
            return anonymous(task, length, protection, MAP_SHARED);
        }
        if (shared && source.writeSealed()) {
            if (writes) {
                throw new GuestError(Errno.EPERM);
            }
            mayWrite = false;
        }
        Vma.Kind kind = Vma.Kind.PRIVATE_FILE;
        if (shared) {
            boolean shareable = source.sharedFrame(offset) != MappingSource.NOT_SHAREABLE;
            if (writes && !shareable) {
                throw new GuestError(Errno.ENODEV);
            }
            kind = shareable ? Vma.Kind.SHARED_FILE : kind;
            // What is not in the VM's memory is read only, whatever the descriptor was opened for.
            mayWrite &= shareable;
        }
        int traits = (shared ? Vma.SHARED : 0) | (mayWrite ? 0 : Vma.NEVER_WRITABLE);
        return new Vma(0, length, protection, kind, Optional.of(source), offset, traits, "");
    }

    /** Where a mapping goes, or {@code -errno}. */
    private static long place(AddressSpace space, long hint, long length, int flags) {
        if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) == 0) {
            Optional<Long> place = (flags & MAP_32BIT) != 0 && hint == 0 ? space.placeLow(length)
                    : space.place(hint & -PAGE, length);
            return place.isEmpty() ? -Errno.ENOMEM : place.get();
        }
        if ((hint & (PAGE - 1)) != 0) {
            return -Errno.EINVAL;
        }
        if (hint + length > AddressSpace.TASK_SIZE || hint + length < hint) {
            return -Errno.ENOMEM;
        }
        if (hint < AddressSpace.LOWEST) {
            return -Errno.EPERM;
        }
        boolean taken = (flags & MAP_FIXED_NOREPLACE) != 0 && !space.mappings().free(hint, hint + length);
        return taken ? -Errno.EEXIST : hint;
    }

    public static long munmap(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        if ((from & (PAGE - 1)) != 0 || length <= 0 || !inUserSpace(from, length)) {
            return -Errno.EINVAL;
        }
        task.kernel().space().unmap(from, from + length);
        return 0;
    }

    /** As far as the range is mapped and may have the protection, it gets it, also when the call fails (mm/mprotect.c). */
    public static long mprotect(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int protection = call.intArg(2);
        int grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
        if ((from & (PAGE - 1)) != 0 || grows == (PROT_GROWSDOWN | PROT_GROWSUP)) {
            return -Errno.EINVAL;
        }
        if (length == 0) {
            return 0;
        }
        if (!inUserSpace(from, length)) {
            return -Errno.ENOMEM;
        }
        if ((protection & ~(PROT_ALL | PROT_IGNORED)) != 0) {
            return -Errno.EINVAL;
        }
        AddressSpace space = task.kernel().space();
        long to = from + length;
        if (grows != 0) {
            Optional<Vma> first = space.mappings().at(from);
            if (first.isEmpty()) {
                return -Errno.ENOMEM;
            }
            if (grows == PROT_GROWSUP || first.get().kind() != Vma.Kind.STACK) {
                return -Errno.EINVAL;
            }
            from = first.get().start();
        }
        long reached = from;
        long error = 0;
        for (Vma vma : space.mappings().overlapping(from, to)) {
            if (vma.start() > reached) {
                break;
            }
            if ((protection & Vma.PROT_WRITE) != 0 && !vma.mayWrite()) {
                error = -Errno.EACCES;
                break;
            }
            reached = Math.min(to, vma.end());
        }
        if (reached > from) {
            space.protect(from, reached, protection & PROT_ALL);
        }
        return reached == to ? 0 : error != 0 ? error : -Errno.ENOMEM;
    }

    public static long brk(Task task, Call call) {
        return task.kernel().space().setBrk(call.arg(0));
    }

    public static long mremap(Task task, Call call) {
        long from = call.arg(0);
        long oldLength = AddressSpace.pageUp(call.arg(1));
        long newLength = AddressSpace.pageUp(call.arg(2));
        int flags = call.intArg(3);
        boolean fixed = (flags & MREMAP_FIXED) != 0;
        boolean stays = (flags & MREMAP_DONTUNMAP) != 0;
        if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0
                || (fixed || stays) && (flags & MREMAP_MAYMOVE) == 0 || stays && oldLength != newLength
                || (from & (PAGE - 1)) != 0 || newLength <= 0 || oldLength < 0) {
            return -Errno.EINVAL;
        }
        AddressSpace space = task.kernel().space();
        Vma vma = inUserSpace(from, oldLength) ? space.mappings().find(from) : null;
        if (vma == null) {
            return -Errno.EFAULT;
        }
        long to = call.arg(4);
        if (fixed && ((to & (PAGE - 1)) != 0 || !inUserSpace(to, newLength)
                || to < from + oldLength && from < to + newLength)) {
            return -Errno.EINVAL;
        }
        if (fixed && to < AddressSpace.LOWEST) {
            return -Errno.EPERM;
        }
        if (!fixed && !stays && oldLength > 0 && newLength <= oldLength) {
            space.unmap(from + newLength, from + oldLength);
            return from;
        }
        if (oldLength == 0 && !vma.shared() || stays && vma.kind() == Vma.Kind.STACK) {
            return -Errno.EINVAL;
        }
        if (vma.end() < from + Math.min(oldLength, newLength) || !fixed && vma.end() < from + oldLength) {
            return -Errno.EFAULT;
        }
        if (!space.admits(newLength, !vma.writable() || vma.shared())) {
            return -Errno.ENOMEM;
        }
        if (!fixed) {
            boolean grows = !stays && oldLength > 0 && vma.end() == from + oldLength && inUserSpace(from, newLength)
                    && space.mappings().free(from + oldLength, from + newLength);
            if (grows) {
                space.map(extension(vma, from, oldLength, from + oldLength, newLength));
                return from;
            }
            if ((flags & MREMAP_MAYMOVE) == 0) {
                return -Errno.ENOMEM;
            }
            Optional<Long> place = space.place(stays ? to & -PAGE : 0, newLength);
            if (place.isEmpty()) {
                return -Errno.ENOMEM;
            }
            to = place.get();
        } else {
            space.unmap(to, to + newLength);
        }
        if (oldLength == 0) {
            // mremap(2): a second mapping of the same shared pages.
            space.map(vma.slice(from, from + newLength).movedBy(to - from));
            return to;
        }
        long moved = relocate(space, vma, from, oldLength, to, newLength);
        if (stays) {
            space.map(vma.slice(from, from + oldLength));
        }
        return moved;
    }

    private static long relocate(AddressSpace space, Vma vma, long from, long oldLength, long to, long newLength) {
        if (newLength < oldLength) {
            space.unmap(from + newLength, from + oldLength);
        }
        space.move(from, Math.min(oldLength, newLength), to);
        if (newLength > oldLength) {
            space.map(extension(vma, from, oldLength, to + oldLength, newLength));
        }
        return to;
    }

    /** The mapping for what a grown mapping has beyond its old length. */
    private static Vma extension(Vma vma, long from, long oldLength, long at, long newLength) {
        return vma.slice(from + oldLength, from + newLength).movedBy(at - from - oldLength);
    }

    static boolean inUserSpace(long from, long length) {
        return from >= 0 && length >= 0 && from <= AddressSpace.TASK_SIZE && length <= AddressSpace.TASK_SIZE - from;
    }
}
