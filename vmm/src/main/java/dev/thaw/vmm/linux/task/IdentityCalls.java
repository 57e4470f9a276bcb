package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;

/** Who is calling: process, thread, group and session ids, users and groups. There is one process, and nobody outside to harm. */
public final class IdentityCalls {
    private static final int REAL = 0;
    private static final int EFFECTIVE = 1;
    private static final int SAVED = 2;
    private static final int FILE_SYSTEM = 3;
    /** "Leave as it is" in setresuid(2) and its kin. */
    private static final int KEEP = -1;

    private IdentityCalls() {}

    static Credentials of(Task task) {
        return task.kernel().process().credentials();
    }

    public static long getpid(Task task, Call call) {
        return task.kernel().process().pid();
    }

    public static long getppid(Task task, Call call) {
        return 0;
    }

    public static long gettid(Task task, Call call) {
        return task.kernel().process().told(task.id());
    }

    public static long getuid(Task task, Call call) {
        return id(of(task).users()[REAL]);
    }

    public static long geteuid(Task task, Call call) {
        return id(of(task).users()[EFFECTIVE]);
    }

    public static long getgid(Task task, Call call) {
        return id(of(task).groupIds()[REAL]);
    }

    public static long getegid(Task task, Call call) {
        return id(of(task).groupIds()[EFFECTIVE]);
    }

    public static long getresuid(Task task, Call call) {
        return threeIds(task, call, of(task).users());
    }

    public static long getresgid(Task task, Call call) {
        return threeIds(task, call, of(task).groupIds());
    }

    public static long setuid(Task task, Call call) {
        return users(task, setOne(of(task), of(task).users(), call.intArg(0)));
    }

    public static long setgid(Task task, Call call) {
        return setOne(of(task), of(task).groupIds(), call.intArg(0));
    }

    public static long setreuid(Task task, Call call) {
        return users(task, setTwo(of(task), of(task).users(), call.intArg(0), call.intArg(1)));
    }

    public static long setregid(Task task, Call call) {
        return setTwo(of(task), of(task).groupIds(), call.intArg(0), call.intArg(1));
    }

    public static long setresuid(Task task, Call call) {
        return users(task, setThree(of(task), of(task).users(), call));
    }

    public static long setresgid(Task task, Call call) {
        return setThree(of(task), of(task).groupIds(), call);
    }

    public static long setfsuid(Task task, Call call) {
        return setFileSystemId(of(task), of(task).users(), call.intArg(0));
    }

    public static long setfsgid(Task task, Call call) {
        return setFileSystemId(of(task), of(task).groupIds(), call.intArg(0));
    }

    public static long getgroups(Task task, Call call) {
        int room = call.intArg(0);
        int[] groups = of(task).supplementary();
        if (room < 0 || room != 0 && room < groups.length) {
            return -Errno.EINVAL;
        }
        for (int i = 0; room != 0 && i < groups.length; i++) {
            task.user().writeInt(call.arg(1) + 4L * i, groups[i]);
        }
        return groups.length;
    }

    public static long setgroups(Task task, Call call) {
        int count = call.intArg(0);
        if (!of(task).privileged()) {
            return -Errno.EPERM;
        }
        if (count < 0 || count > Credentials.MAX_GROUPS) {
            return -Errno.EINVAL;
        }
        int[] groups = new int[count];
        for (int i = 0; i < count; i++) {
            groups[i] = task.user().readInt(call.arg(1) + 4L * i);
        }
        of(task).setSupplementary(groups);
        return 0;
    }

    public static long getpgrp(Task task, Call call) {
        return of(task).processGroup();
    }

    public static long getpgid(Task task, Call call) {
        return self(task, call.intArg(0)) ? of(task).processGroup() : -Errno.ESRCH;
    }

    public static long setpgid(Task task, Call call) {
        int group = call.intArg(1);
        if (group < 0) {
            return -Errno.EINVAL;
        }
        if (!self(task, call.intArg(0))) {
            return -Errno.ESRCH;
        }
        // The one process leads its session, and a session leader's group cannot be changed (setpgid(2)).
        return -Errno.EPERM;
    }

    public static long getsid(Task task, Call call) {
        return self(task, call.intArg(0)) ? of(task).session() : -Errno.ESRCH;
    }

    /** The one process leads its process group already, which setsid(2) answers with EPERM. */
    public static long setsid(Task task, Call call) {
        return -Errno.EPERM;
    }

    static boolean self(Task task, int pid) {
        return pid == 0 || task.kernel().process().is(pid);
    }

    private static long id(int value) {
        return value & 0xffff_ffffL;
    }

    private static long threeIds(Task task, Call call, int[] ids) {
        for (int i = 0; i < 3; i++) {
            task.user().writeInt(call.arg(i), ids[i]);
        }
        return 0;
    }

    private static long users(Task task, long result) {
        if (result == 0) {
            of(task).dropCapabilitiesUnlessRoot();
        }
        return result;
    }

    private static boolean known(int[] ids, int wanted) {
        return wanted == KEEP || wanted == ids[REAL] || wanted == ids[EFFECTIVE] || wanted == ids[SAVED];
    }

    private static long setOne(Credentials who, int[] ids, int wanted) {
        if (wanted == KEEP) {
            return -Errno.EINVAL;
        }
        if (who.privileged()) {
            ids[REAL] = wanted;
            ids[SAVED] = wanted;
        } else if (wanted != ids[REAL] && wanted != ids[SAVED]) {
            return -Errno.EPERM;
        }
        ids[EFFECTIVE] = wanted;
        ids[FILE_SYSTEM] = wanted;
        return 0;
    }

    private static long setTwo(Credentials who, int[] ids, int real, int effective) {
        if (!who.privileged() && (!known(ids, real) || real == ids[SAVED] && real != ids[REAL] && real != ids[EFFECTIVE]
                || !known(ids, effective))) {
            return -Errno.EPERM;
        }
        int oldReal = ids[REAL];
        if (real != KEEP) {
            ids[REAL] = real;
        }
        if (effective != KEEP) {
            ids[EFFECTIVE] = effective;
        }
        if (real != KEEP || effective != KEEP && effective != oldReal) {
            ids[SAVED] = ids[EFFECTIVE];
        }
        ids[FILE_SYSTEM] = ids[EFFECTIVE];
        return 0;
    }

    private static long setThree(Credentials who, int[] ids, Call call) {
        for (int i = 0; i < 3; i++) {
            if (!who.privileged() && !known(ids, call.intArg(i))) {
                return -Errno.EPERM;
            }
        }
        for (int i = 0; i < 3; i++) {
            if (call.intArg(i) != KEEP) {
                ids[i] = call.intArg(i);
            }
        }
        ids[FILE_SYSTEM] = ids[EFFECTIVE];
        return 0;
    }

    private static long setFileSystemId(Credentials who, int[] ids, int wanted) {
        int old = ids[FILE_SYSTEM];
        if (wanted != KEEP && (who.privileged() || wanted == old || known(ids, wanted))) {
            ids[FILE_SYSTEM] = wanted;
        }
        return id(old);
    }
}
