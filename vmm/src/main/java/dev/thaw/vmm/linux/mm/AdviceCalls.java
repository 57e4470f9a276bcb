package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.memory.GuestMemory;
import java.util.List;

/** What a program says or asks about pages that it has: madvise, mincore, msync, mlock and its kin. */
public final class AdviceCalls {
    /** mman-common.h; what is not named here is a hint that changes nothing. */
    private static final int MADV_WILLNEED = 3;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_FREE = 8;
    private static final int MADV_REMOVE = 9;
    private static final int MADV_WIPEONFORK = 18;
    private static final int MADV_POPULATE_READ = 22;
    private static final int MADV_POPULATE_WRITE = 23;
    private static final int MADV_DONTNEED_LOCKED = 24;
    private static final int MADV_COLLAPSE = 25;
    private static final int MADV_HWPOISON = 100;
    private static final int MADV_SOFT_OFFLINE = 101;

    /** linux/prctl.h, and ANON_VMA_NAME_MAX_LEN of kernel/sys.c. */
    private static final int PR_SET_VMA_ANON_NAME = 0;
    private static final int ANON_NAME_SIZE = 80;

    private static final int MS_ASYNC = 1;
    private static final int MS_SYNC = 4;
    private static final int MS_ALL = 7;
    private static final int MLOCK_ONFAULT = 1;
    /** MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT. */
    private static final int MCL_ONFAULT = 4;
    private static final int MCL_ALL = 7;
    /** Bytes that one mincore looks at: a range of many TiB would keep the monitor busy for minutes. */
    private static final long MINCORE_LIMIT = 64L << 30;
    /** Pages that mincore answers at a time. */
    private static final int MINCORE_CHUNK = 4096;
    private static final long PAGE = GuestMemory.PAGE;

    private AdviceCalls() {}

    public static long madvise(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int advice = call.intArg(2);
        boolean known = advice >= 0 && advice <= MADV_WILLNEED + 1 || advice >= MADV_FREE && advice <= MADV_COLLAPSE;
        if (advice == MADV_HWPOISON || advice == MADV_SOFT_OFFLINE) {
            return -Errno.EPERM;
        }
        if (!known || (from & (PAGE - 1)) != 0 || length < 0 || length == 0 && call.arg(1) != 0
                || !MemoryCalls.inUserSpace(from, length)) {
            return -Errno.EINVAL;
        }
        if (length == 0) {
            return 0;
        }
        long to = from + length;
        AddressSpace space = task.kernel().space();
        if (advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE) {
            return populate(space, from, to, advice == MADV_POPULATE_WRITE);
        }
        List<Vma> touched = space.mappings().overlapping(from, to);
        for (Vma vma : touched) {
            long error = advise(space, vma, Math.max(from, vma.start()), Math.min(to, vma.end()), advice);
            if (error != 0) {
                return error;
            }
        }
        return space.mappings().covers(from, to) ? 0 : -Errno.ENOMEM;
    }

    private static long advise(AddressSpace space, Vma vma, long from, long to, int advice) {
        return switch (advice) {
            case MADV_DONTNEED, MADV_DONTNEED_LOCKED -> {
                space.dropPages(vma, from, to);
                yield 0;
            }
            case MADV_FREE -> {
                if (vma.fileBacked()) {
                    yield -Errno.EINVAL;
                }
                space.dropPages(vma, from, to);
                yield 0;
            }
            case MADV_REMOVE -> {
                if (vma.kind() != Vma.Kind.SHARED_FILE) {
                    yield -Errno.EINVAL;
                }
                yield vma.writable() ? vma.source().orElseThrow().punch(vma.fileOffset() + (from - vma.start()), to - from)
                        : -Errno.EACCES;
            }
            case MADV_WIPEONFORK -> vma.fileBacked() ? -Errno.EINVAL : 0;
            // There are no huge pages to collapse into.
            case MADV_COLLAPSE -> -Errno.EINVAL;
            default -> 0;
        };
    }

    /** Goes from mapping to mapping, as faultin_page_range of mm/gup.c: what comes first decides. */
    private static long populate(AddressSpace space, long from, long to, boolean write) {
        if ((to - from) / PAGE > space.memoryLimit() / PAGE) {
            return -Errno.ENOMEM;
        }
        long at = from;
        for (Vma vma : space.mappings().overlapping(from, to)) {
            if (vma.start() > at) {
                return -Errno.ENOMEM;
            }
            if (write && !vma.writable() || !vma.readable()) {
                return -Errno.EINVAL;
            }
            long end = Math.min(to, vma.end());
            if (space.populate(at, end, write) != Fault.MAPPED) {
                return -Errno.EFAULT;
            }
            at = end;
        }
        return at == to ? 0 : -Errno.ENOMEM;
    }

    /** prctl(2) PR_SET_VMA: a name for anonymous mappings, which /proc/self/maps shows. */
    public static long name(Task task, Call call) {
        long from = call.arg(2);
        long length = AddressSpace.pageUp(call.arg(3));
        if (call.arg(1) != PR_SET_VMA_ANON_NAME) {
            return -Errno.EINVAL;
        }
        String name = "";
        if (call.arg(4) != 0) {
            name = task.user().readString(call.arg(4), ANON_NAME_SIZE, Errno.EINVAL);
            if (!name.chars().allMatch(c -> c >= ' ' && c < 0x7f && "\\`$[]".indexOf(c) < 0)) {
                return -Errno.EINVAL;
            }
            name = "[anon:" + name + "]";
        }
        if ((from & (PAGE - 1)) != 0 || length < 0 || !MemoryCalls.inUserSpace(from, length)) {
            return -Errno.EINVAL;
        }
        AddressSpace space = task.kernel().space();
        for (Vma vma : space.mappings().overlapping(from, from + length)) {
            if (vma.fileBacked() && !vma.shared()) {
                return -Errno.EBADF;
            }
        }
        if (length > 0) {
            space.name(from, from + length, name);
        }
        return space.mappings().covers(from, from + length) ? 0 : -Errno.ENOMEM;
    }

    public static long msync(Task task, Call call) {
        long from = call.arg(0);
        long length = AddressSpace.pageUp(call.arg(1));
        int flags = call.intArg(2);
        if ((from & (PAGE - 1)) != 0 || (flags & ~MS_ALL) != 0 || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC)) {
            return -Errno.EINVAL;
        }
        boolean mapped = length >= 0 && MemoryCalls.inUserSpace(from, length)
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
        if (length < 0 || length > MINCORE_LIMIT || !MemoryCalls.inUserSpace(from, length)
                || !space.mappings().covers(from, from + length)) {
            return -Errno.ENOMEM;
        }
        long pages = length / PAGE;
        for (long done = 0; done < pages; done += MINCORE_CHUNK) {
            byte[] present = new byte[(int) Math.min(MINCORE_CHUNK, pages - done)];
            long start = from + done * PAGE;
            long end = start + present.length * PAGE;
            for (long p = space.tables().nextMapped(start, end); p < end; p = space.tables().nextMapped(p + PAGE, end)) {
                present[(int) ((p - start) / PAGE)] = 1;
            }
            task.user().writeBytes(call.arg(2) + done, present);
        }
        return 0;
    }

    /** Pages never leave a VM's memory, so a lock has nothing to hold; only its range is looked at. */
    public static long lock(Task task, Call call) {
        long from = call.arg(0) & -PAGE;
        long length = AddressSpace.pageUp(call.arg(1) + (call.arg(0) - from));
        boolean mapped = length >= 0 && MemoryCalls.inUserSpace(from, length)
                && task.kernel().space().mappings().covers(from, from + length);
        return mapped ? 0 : -Errno.ENOMEM;
    }

    public static long lock2(Task task, Call call) {
        return (call.intArg(2) & ~MLOCK_ONFAULT) != 0 ? -Errno.EINVAL : lock(task, call);
    }

    public static long lockAll(Task task, Call call) {
        int flags = call.intArg(0);
        return flags == 0 || flags == MCL_ONFAULT || (flags & ~MCL_ALL) != 0 ? -Errno.EINVAL : 0;
    }

    public static long unlockAll(Task task, Call call) {
        return 0;
    }
}
