package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.AdviceCalls;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** prctl, capabilities, personality, and what a process without children or other threads is told about those. */
public final class ProcessControlCalls {
    /** linux/prctl.h. */
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int PR_GET_PDEATHSIG = 2;
    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_SET_DUMPABLE = 4;
    private static final int PR_SET_NAME = 15;
    private static final int PR_GET_NAME = 16;
    private static final int PR_CAPBSET_READ = 23;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_GET_NO_NEW_PRIVS = 39;
    private static final int PR_SET_VMA = 0x5356_4d41;
    /** TASK_COMM_LEN of linux/sched.h, the NUL included. */
    private static final int NAME_SIZE = 16;
    private static final int HIGHEST_SIGNAL = 64;

    /** linux/capability.h: version 1 has one word a set, 2 and 3 have two. */
    private static final int CAPABILITY_VERSION_1 = 0x1998_0330;
    private static final int CAPABILITY_VERSION_2 = 0x2007_1026;
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;

    private static final int ROBUST_LIST_SIZE = 24;
    /** linux/personality.h: PER_LINUX, and the question for the present value. */
    private static final int PERSONALITY_QUERY = -1;

    private ProcessControlCalls() {}

    public static long prctl(Task task, Call call) {
        UserMemory user = task.user();
        Credentials who = IdentityCalls.of(task);
        long value = call.arg(1);
        switch (call.intArg(0)) {
            case PR_SET_NAME -> task.setName(name(user, value));
            case PR_GET_NAME -> user.writeBytes(value, nameBytes(task.name()));
            case PR_GET_DUMPABLE -> {
                return who.dumpable() ? 1 : 0;
            }
            case PR_SET_DUMPABLE -> {
                if (value != 0 && value != 1) {
                    return -Errno.EINVAL;
                }
                who.setDumpable(value == 1);
            }
            // There is no parent whose death could be told.
            case PR_SET_PDEATHSIG -> {
                return value >= 0 && value <= HIGHEST_SIGNAL ? 0 : -Errno.EINVAL;
            }
            case PR_GET_PDEATHSIG -> user.writeInt(value, 0);
            case PR_CAPBSET_READ -> {
                return value >= 0 && value <= Credentials.LAST_CAPABILITY ? 1 : -Errno.EINVAL;
            }
            case PR_SET_NO_NEW_PRIVS -> {
                if (value != 1 || call.arg(2) != 0 || call.arg(3) != 0 || call.arg(4) != 0) {
                    return -Errno.EINVAL;
                }
                who.setNoNewPrivileges();
            }
            case PR_GET_NO_NEW_PRIVS -> {
                return who.noNewPrivileges() ? 1 : 0;
            }
            case PR_SET_VMA -> {
                return AdviceCalls.name(task, call);
            }
            default -> {
                return -Errno.EINVAL;
            }
        }
        return 0;
    }

    /** As strncpy_from_user: up to 15 bytes, no more read than needed. */
    private static String name(UserMemory user, long address) {
        byte[] bytes = new byte[NAME_SIZE - 1];
        int length = 0;
        while (length < bytes.length) {
            int b = user.readByte(address + length);
            if (b == 0) {
                break;
            }
            bytes[length++] = (byte) b;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static byte[] nameBytes(String name) {
        return Arrays.copyOf(Arrays.copyOf(name.getBytes(StandardCharsets.ISO_8859_1), NAME_SIZE - 1), NAME_SIZE);
    }

    public static long capget(Task task, Call call) {
        int words = words(task, call.arg(0));
        if (words < 0) {
            return call.arg(1) == 0 ? 0 : -Errno.EINVAL;
        }
        if (call.arg(1) == 0) {
            return 0;
        }
        if (!ownCapabilities(task, call)) {
            return -Errno.ESRCH;
        }
        Credentials who = IdentityCalls.of(task);
        for (int i = 0; i < words; i++) {
            long at = call.arg(1) + 12L * i;
            task.user().writeInt(at, (int) (who.effective() >>> 32 * i));
            task.user().writeInt(at + 4, (int) (who.permitted() >>> 32 * i));
            task.user().writeInt(at + 8, (int) (who.inheritable() >>> 32 * i));
        }
        return 0;
    }

    public static long capset(Task task, Call call) {
        int words = words(task, call.arg(0));
        if (words < 0) {
            return -Errno.EINVAL;
        }
        if (!ownCapabilities(task, call)) {
            return -Errno.EPERM;
        }
        long effective = 0;
        long permitted = 0;
        long inheritable = 0;
        for (int i = 0; i < words; i++) {
            long at = call.arg(1) + 12L * i;
            effective |= (task.user().readInt(at) & 0xffff_ffffL) << 32 * i;
            permitted |= (task.user().readInt(at + 4) & 0xffff_ffffL) << 32 * i;
            inheritable |= (task.user().readInt(at + 8) & 0xffff_ffffL) << 32 * i;
        }
        permitted &= Credentials.ALL_CAPABILITIES;
        effective &= Credentials.ALL_CAPABILITIES;
        Credentials who = IdentityCalls.of(task);
        if ((permitted & ~who.permitted()) != 0 || (effective & ~permitted) != 0) {
            return -Errno.EPERM;
        }
        who.setCapabilities(permitted, effective, inheritable & Credentials.ALL_CAPABILITIES);
        return 0;
    }

    /** The 32-bit words a set takes in the header's version; -1, and the header told the version we have, for another. */
    private static int words(Task task, long header) {
        switch (task.user().readInt(header)) {
            case CAPABILITY_VERSION_1 -> {
                return 1;
            }
            case CAPABILITY_VERSION_2, CAPABILITY_VERSION_3 -> {
                return 2;
            }
            default -> {
                task.user().writeInt(header, CAPABILITY_VERSION_3);
                return -1;
            }
        }
    }

    private static boolean ownCapabilities(Task task, Call call) {
        int pid = task.user().readInt(call.arg(0) + 4);
        return IdentityCalls.self(task, pid) || task.kernel().scheduler().find(pid).isPresent();
    }

    /** PER_LINUX and nothing else. */
    public static long personality(Task task, Call call) {
        return call.intArg(0) == PERSONALITY_QUERY || call.intArg(0) == 0 ? 0 : -Errno.EINVAL;
    }

    public static long getRobustList(Task task, Call call) {
        int id = call.intArg(0);
        Optional<Task> asked = id == 0 ? Optional.of(task) : task.kernel().scheduler().find(id);
        if (asked.isEmpty()) {
            return -Errno.ESRCH;
        }
        task.user().writeLong(call.arg(2), ROBUST_LIST_SIZE);
        task.user().writeLong(call.arg(1), asked.get().robustList());
        return 0;
    }

    /** A process that can have no children has none to wait for. */
    public static long noChildren(Task task, Call call) {
        return -Errno.ECHILD;
    }

    /** In the table so that its absence is deliberate, and not reported as an unknown call. */
    public static long unsupported(Task task, Call call) {
        return -Errno.ENOSYS;
    }
}
