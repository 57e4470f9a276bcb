package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import java.util.Optional;

/** Sending signals: kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo. The only process to send to is the caller's own. */
public final class SignalSendCalls {
    private static final String CAUSE = "the program sent it to itself";

    private SignalSendCalls() {}

    /** 0 is the caller's group, that is the caller; -1 is everyone else, that is nobody; there is no other group. */
    public static long kill(Task task, Call call) {
        int pid = call.intArg(0);
        int signal = call.intArg(1);
        if (invalid(signal)) {
            return -Errno.EINVAL;
        }
        if (pid != 0 && !task.kernel().process().is(pid)) {
            return -Errno.ESRCH;
        }
        if (signal != 0) {
            task.kernel().signals().post(sent(task, signal, SignalInfo.SI_USER));
        }
        return 0;
    }

    public static long tkill(Task task, Call call) {
        return toThread(task, call.intArg(0), call.intArg(1));
    }

    public static long tgkill(Task task, Call call) {
        if (call.intArg(0) <= 0 || call.intArg(1) <= 0) {
            return -Errno.EINVAL;
        }
        return task.kernel().process().is(call.intArg(0)) ? toThread(task, call.intArg(1), call.intArg(2)) : -Errno.ESRCH;
    }

    private static long toThread(Task task, int id, int signal) {
        if (id <= 0 || invalid(signal)) {
            return -Errno.EINVAL;
        }
        Optional<Task> target = task.kernel().scheduler().find(id);
        if (target.isEmpty()) {
            // The first thread's id stays the process's when that thread is over: signals to it go nowhere.
            return task.kernel().process().is(id) ? 0 : -Errno.ESRCH;
        }
        if (signal != 0) {
            task.kernel().signals().post(target.get(), sent(task, signal, SignalInfo.SI_TKILL));
        }
        return 0;
    }

    public static long sigqueueinfo(Task task, Call call) {
        byte[] info = task.user().readBytes(call.arg(2), SignalInfo.SIZE);
        int signal = call.intArg(1);
        if (invalid(signal)) {
            return -Errno.EINVAL;
        }
        if (!task.kernel().process().is(call.intArg(0))) {
            return -Errno.ESRCH;
        }
        boolean sent = signal == 0 || task.kernel().signals().post(SignalInfo.queued(signal, info));
        return sent ? 0 : -Errno.EAGAIN;
    }

    public static long tgsigqueueinfo(Task task, Call call) {
        byte[] info = task.user().readBytes(call.arg(3), SignalInfo.SIZE);
        int signal = call.intArg(2);
        if (call.intArg(0) <= 0 || call.intArg(1) <= 0 || invalid(signal)) {
            return -Errno.EINVAL;
        }
        Optional<Task> target = task.kernel().scheduler().find(call.intArg(1));
        if (!task.kernel().process().is(call.intArg(0)) || target.isEmpty()) {
            return -Errno.ESRCH;
        }
        boolean sent = signal == 0 || task.kernel().signals().post(target.get(), SignalInfo.queued(signal, info));
        return sent ? 0 : -Errno.EAGAIN;
    }

    private static boolean invalid(int signal) {
        return signal < 0 || signal > SignalNames.HIGHEST;
    }

    private static SignalInfo sent(Task task, int signal, int code) {
        return SignalInfo.sent(signal, code, task.kernel().process().pid(), task.kernel().process().credentials().userId(), CAUSE);
    }
}
