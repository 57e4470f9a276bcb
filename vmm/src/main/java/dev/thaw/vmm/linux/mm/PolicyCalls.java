package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.memory.GuestMemory;

/** NUMA policies on a machine of one node, and protection keys on a processor without them: set_mempolicy(2), pkeys(7). */
public final class PolicyCalls {
    /** linux/mempolicy.h: MPOL_DEFAULT to MPOL_LOCAL are 0 to 4, the mode flags lie in bits 13 to 15. */
    private static final int MPOL_DEFAULT = 0;
    private static final int MPOL_HIGHEST = 4;
    private static final int MPOL_MODE_FLAGS = 0xe000;
    private static final int MPOL_F_NODE = 1;
    private static final int MPOL_F_ADDR = 2;
    private static final int MPOL_F_MEMS_ALLOWED = 4;
    /** MPOL_MF_VALID. */
    private static final int MBIND_FLAGS = 7;
    /** Bits of a node mask that are looked at: MAX_NUMNODES of a usual x86-64 kernel. */
    private static final long MOST_NODES = 1024;

    private PolicyCalls() {}

    public static long setPolicy(Task task, Call call) {
        return accepted(task, call.intArg(0), call.arg(1), call.arg(2));
    }

    public static long bind(Task task, Call call) {
        boolean ordered = (call.arg(0) & (GuestMemory.PAGE - 1)) == 0 && (call.intArg(5) & ~MBIND_FLAGS) == 0;
        return ordered ? accepted(task, call.intArg(2), call.arg(3), call.arg(4)) : -Errno.EINVAL;
    }

    /** A policy for node 0, which is where everything is, changes nothing. */
    private static long accepted(Task task, int mode, long mask, long maxNode) {
        int policy = mode & ~MPOL_MODE_FLAGS;
        if (policy < 0 || policy > MPOL_HIGHEST || maxNode < 0 || maxNode > MOST_NODES * 8) {
            return -Errno.EINVAL;
        }
        boolean others = false;
        boolean first = false;
        if (mask != 0) {
            for (long bit = 0; bit < maxNode - 1; bit += 64) {
                long word = task.user().readLong(mask + bit / 8);
                long kept = maxNode - 1 - bit >= 64 ? word : word & (1L << maxNode - 1 - bit) - 1;
                first |= bit == 0 && (kept & 1) != 0;
                others |= (bit == 0 ? kept & ~1L : kept) != 0;
            }
        }
        boolean needsNode = policy >= 2 && policy <= 3;
        return others || needsNode && !first || policy == MPOL_DEFAULT && first ? -Errno.EINVAL : 0;
    }

    public static long getPolicy(Task task, Call call) {
        long mode = call.arg(0);
        long mask = call.arg(1);
        long maxNode = call.arg(2);
        int flags = call.intArg(4);
        if ((flags & ~(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED)) != 0 || mask != 0 && maxNode < 1
                || (flags & MPOL_F_MEMS_ALLOWED) != 0 && (flags & (MPOL_F_NODE | MPOL_F_ADDR)) != 0
                || (flags & MPOL_F_ADDR) == 0 && call.arg(3) != 0) {
            return -Errno.EINVAL;
        }
        if ((flags & MPOL_F_ADDR) != 0 && task.kernel().space().mappings().at(call.arg(3)).isEmpty()) {
            return -Errno.EFAULT;
        }
        if (mode != 0) {
            task.user().writeInt(mode, MPOL_DEFAULT);
        }
        if (mask != 0) {
            task.user().clear(mask, (Math.min(maxNode, MOST_NODES) + 63) / 64 * 8);
            if ((flags & MPOL_F_MEMS_ALLOWED) != 0) {
                task.user().writeLong(mask, 1);
            }
        }
        return 0;
    }

    /** pkeys(7): no key is there to be had, and programs then do without. */
    public static long allocateKey(Task task, Call call) {
        return call.arg(0) == 0 && (call.arg(1) & ~3L) == 0 ? -Errno.ENOSPC : -Errno.EINVAL;
    }

    public static long freeKey(Task task, Call call) {
        return -Errno.EINVAL;
    }

    /** With the key -1 it is mprotect. */
    public static long protectWithKey(Task task, Call call) {
        return call.intArg(3) == -1 ? MemoryCalls.mprotect(task, call) : -Errno.EINVAL;
    }
}
