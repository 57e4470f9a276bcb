package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.time.TimeSpec;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/** Waiting for a signal: pause, rt_sigsuspend, rt_sigtimedwait. */
public final class SignalWaitCalls {
    private SignalWaitCalls() {}

    public static long pause(Task task, Call call) {
        return task.blockQuietly();
    }

    public static long sigsuspend(Task task, Call call) {
        OptionalLong set = SignalCalls.set(task.user(), call.arg(0), call.arg(1));
        if (set.isEmpty()) {
            return -Errno.EINVAL;
        }
        if (!task.repeated()) {
            task.signals().useTemporaryMask(set.getAsLong());
        }
        return task.blockQuietly();
    }

    public static long sigtimedwait(Task task, Call call) {
        task.signals().setAwaited(0);
        OptionalLong set = SignalCalls.set(task.user(), call.arg(0), call.arg(3));
        if (set.isEmpty()) {
            return -Errno.EINVAL;
        }
        boolean timed = call.arg(2) != 0;
        long limit = timed ? TimeSpec.read(task.user(), call.arg(2)) : 0;
        long wanted = set.getAsLong() & ~TaskSignals.UNBLOCKABLE;
        Optional<SignalInfo> info = task.kernel().signals().take(task, wanted);
        if (info.isPresent()) {
            if (call.arg(1) != 0) {
                byte[] bytes = new byte[SignalInfo.SIZE];
                info.get().put(MemorySegment.ofArray(bytes), 0);
                task.user().writeBytes(call.arg(1), bytes);
            }
            return info.get().signo();
        }
        if (!timed) {
            task.signals().setAwaited(wanted);
            return task.block();
        }
        long deadline = task.deadlineAfter(limit);
        if (task.expired() || limit == 0) {
            return -Errno.EAGAIN;
        }
        task.signals().setAwaited(wanted);
        return task.blockUntil(deadline);
    }
}
