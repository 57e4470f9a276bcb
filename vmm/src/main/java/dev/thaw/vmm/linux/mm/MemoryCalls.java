package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.memory.GuestMemory;
import java.util.List;
import java.util.Optional;

/** The memory calls: each decodes, checks ranges as Linux does, and asks the {@link AddressSpace}. */
public final class MemoryCalls {
    /** mman-common.h, mman.h. */
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_SHARED_VALIDATE = 3;
    private static final int MAP_TYPE = 0xf;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_FIXED_NOREPLACE = 0x10_0000;
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MREMAP_FIXED = 2;
    private static final int MS_ALL = 7;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_FREE = 8;
    private static final int MADV_REMOVE = 9;

    private static final int PROT_ALL = 7;
    /** Protection bits that are accepted and mean nothing here: PROT_SEM, PROT_GROWSDOWN, PROT_GROWSUP. */
    private static final int PROT_IGNORED = 0x0300_0008;
    /** Bytes that one mincore looks at: a range of many TiB would keep the monitor busy for minutes. */
    private static final long MINCORE_LIMIT = 64L << 30;
    private static final long PAGE = GuestMemory.PAGE;

    private MemoryCalls() {}

    public static long mmap(Task task, Call call) {
        long hint = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int protection = call.intArg(2);
        int flags = call.intArg(3);
        long offset = call.arg(5);
        int type = flags & MAP_TYPE;
        if (call.arg(1) == 0 || type != MAP_PRIVATE && type != MAP_SHARED && type != MAP_SHARED_VALIDATE
                || (offset & (PAGE - 1)) != 0 || (protection & ~(PROT_ALL | PROT_IGNORED)) != 0) {
            return -Errno.EINVAL;
        }
        if (length <= 0 || length > AddressSpace.TASK_SIZE || offset < 0 || offset + length < 0) {
            return -Errno.ENOMEM;
        }
        protection &= PROT_ALL;
        AddressSpace space = task.kernel().space();
        Vma.Kind kind = Vma.Kind.ANONYMOUS;
        Optional<MappingSource> source = Optional.empty();
        if ((flags & MAP_ANONYMOUS) == 0) {
            FileDescription file = task.files().get(call.intArg(4));
            boolean shared = type != MAP_PRIVATE;
            boolean writes = (protection & Vma.PROT_WRITE) != 0;
            if (!OpenFlags.readable(file.statusFlags())
                    || shared && writes && !OpenFlags.writable(file.statusFlags())) {
                return -Errno.EACCES;
            }
            source = file.mappingSource();
            if (source.isEmpty()) {
                return -Errno.ENODEV;
            }
            boolean shareable = shared && writes;
            kind = shareable ? Vma.Kind.SHARED_FILE : Vma.Kind.PRIVATE_FILE;
            if (shared && !writes && source.get().sharedFrame(offset) >= 0) {
                kind = Vma.Kind.SHARED_FILE;
            }
            if (shareable && source.get().sharedFrame(offset) == MappingSource.NOT_SHAREABLE) {
                return -Errno.ENODEV;
            }
        }
        boolean reserveOnly = protection == 0 || (flags & MAP_NORESERVE) != 0 || (protection & Vma.PROT_WRITE) == 0
                || kind == Vma.Kind.SHARED_FILE;
        if (!space.admits(length, reserveOnly)) {
            return -Errno.ENOMEM;
        }
        long at;
        if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0) {
            if ((hint & (PAGE - 1)) != 0) {
                return -Errno.EINVAL;
            }
            if (hint < AddressSpace.LOWEST) {
                return -Errno.EPERM;
            }
            if (hint + length > AddressSpace.TASK_SIZE || hint + length < hint) {
                return -Errno.ENOMEM;
            }
            if ((flags & MAP_FIXED_NOREPLACE) != 0 && !space.mappings().free(hint, hint + length)) {
                return -Errno.EEXIST;
            }
            at = hint;
        } else {
            Optional<Long> place = space.place(hint & -PAGE, length);
            if (place.isEmpty()) {
                return -Errno.ENOMEM;
            }
            at = place.get();
        }
        space.map(new Vma(at, at + length, protection, kind, source, kind == Vma.Kind.ANONYMOUS ? 0 : offset));
        return at;
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

    public static long mprotect(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int protection = call.intArg(2);
        if ((from & (PAGE - 1)) != 0 || (protection & ~(PROT_ALL | PROT_IGNORED)) != 0) {
            return -Errno.EINVAL;
        }
        if (length == 0) {
            return 0;
        }
        AddressSpace space = task.kernel().space();
        if (!inUserSpace(from, length) || !space.mappings().covers(from, from + length)) {
            return -Errno.ENOMEM;
        }
        // A shared mapping may always become writable: only files in the VM's own memory are ever mapped shared.
        space.protect(from, from + length, protection & PROT_ALL);
        return 0;
    }

    public static long brk(Task task, Call call) {
        return task.kernel().space().setBrk(call.arg(0));
    }

    public static long mremap(Task task, Call call) {
        long from = call.arg(0);
        long oldLength = AddressSpace.pageUp(call.arg(1));
        long newLength = AddressSpace.pageUp(call.arg(2));
        int flags = call.intArg(3);
        if ((from & (PAGE - 1)) != 0 || newLength <= 0 || oldLength <= 0
                || (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) != 0
                || (flags & MREMAP_FIXED) != 0 && (flags & MREMAP_MAYMOVE) == 0) {
            return -Errno.EINVAL;
        }
        AddressSpace space = task.kernel().space();
        Vma vma = inUserSpace(from, oldLength) ? space.mappings().find(from) : null;
        if (vma == null || vma.end() < from + oldLength) {
            return -Errno.EFAULT;
        }
        if ((flags & MREMAP_FIXED) != 0) {
            long to = call.arg(4);
            if ((to & (PAGE - 1)) != 0 || !inUserSpace(to, newLength) || to < AddressSpace.LOWEST
                    || to < from + oldLength && from < to + newLength) {
                return -Errno.EINVAL;
            }
            space.unmap(to, to + newLength);
            return relocate(space, vma, from, oldLength, to, newLength);
        }
        if (newLength <= oldLength) {
            space.unmap(from + newLength, from + oldLength);
            return from;
        }
        if (!space.admits(newLength, !vma.writable())) {
            return -Errno.ENOMEM;
        }
        if (vma.end() == from + oldLength && inUserSpace(from, newLength)
                && space.mappings().free(from + oldLength, from + newLength)) {
            space.map(extension(vma, from, oldLength, from + oldLength, newLength));
            return from;
        }
        if ((flags & MREMAP_MAYMOVE) == 0) {
            return -Errno.ENOMEM;
        }
        Optional<Long> place = space.place(0, newLength);
        return place.isEmpty() ? -Errno.ENOMEM : relocate(space, vma, from, oldLength, place.get(), newLength);
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
        long fileOffset = vma.fileBacked() ? vma.fileOffset() + (from - vma.start()) + oldLength : 0;
        return new Vma(at, at + newLength - oldLength, vma.protection(), vma.kind(), vma.source(), fileOffset);
    }

    public static long msync(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        if ((from & (PAGE - 1)) != 0 || (call.intArg(2) & ~MS_ALL) != 0) {
            return -Errno.EINVAL;
        }
        boolean mapped = length >= 0 && inUserSpace(from, length)
                && task.kernel().space().mappings().covers(from, from + length);
        if (!mapped) {
            return -Errno.ENOMEM;
        }
        for (Vma vma : task.kernel().space().mappings().overlapping(from, from + length)) {
            long r = vma.kind() == Vma.Kind.SHARED_FILE ? vma.source().orElseThrow().flush() : 0;
            if (r < 0) {
                return r;
            }
        }
        return 0;
    }

    public static long mincore(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        if ((from & (PAGE - 1)) != 0) {
            return -Errno.EINVAL;
        }
        AddressSpace space = task.kernel().space();
        if (length < 0 || length > MINCORE_LIMIT || !inUserSpace(from, length)
                || !space.mappings().covers(from, from + length)) {
            return -Errno.ENOMEM;
        }
        for (long p = 0; p < length; p += PAGE) {
            byte present = (byte) (space.tables().entry(from + p) == 0 ? 0 : 1);
            task.user().writeBytes(call.arg(2) + p / PAGE, new byte[] {present});
        }
        return 0;
    }

    public static long madvise(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int advice = call.intArg(2);
        if ((from & (PAGE - 1)) != 0 || length < 0 || !inUserSpace(from, length) || advice < 0
                || advice > 25 && advice < 100) {
            return -Errno.EINVAL;
        }
        if (length == 0) {
            return 0;
        }
        AddressSpace space = task.kernel().space();
        if (advice == MADV_REMOVE) {
            return -Errno.EINVAL;
        }
        List<Vma> touched = space.mappings().overlapping(from, from + length);
        if (advice == MADV_DONTNEED || advice == MADV_FREE) {
            for (Vma vma : touched) {
                if (advice == MADV_DONTNEED || vma.kind() != Vma.Kind.PRIVATE_FILE) {
                    space.dropPages(vma, Math.max(from, vma.start()), Math.min(from + length, vma.end()));
                }
            }
        }
        return space.mappings().covers(from, from + length) ? 0 : -Errno.ENOMEM;
    }

    public static long lock(Task task, Call call) {
        long from = call.arg(0) & -PAGE;
        long length = AddressSpace.pageUp(call.arg(1) + (call.arg(0) - from));
        boolean mapped = length >= 0 && inUserSpace(from, length)
                && task.kernel().space().mappings().covers(from, from + length);
        return mapped ? 0 : -Errno.ENOMEM;
    }

    private static boolean inUserSpace(long from, long length) {
        return from >= 0 && length >= 0 && from <= AddressSpace.TASK_SIZE && length <= AddressSpace.TASK_SIZE - from;
    }
}
