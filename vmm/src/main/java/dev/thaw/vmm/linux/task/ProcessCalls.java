package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.AddressSpace;

/** Calls about the process as a whole: its end, and what the C library tells the kernel at its start. */
public final class ProcessCalls {
    /** asm/prctl.h. */
    private static final int ARCH_SET_GS = 0x1001;
    private static final int ARCH_SET_FS = 0x1002;
    private static final int ARCH_GET_FS = 0x1003;
    private static final int ARCH_GET_GS = 0x1004;

    private ProcessCalls() {}

    public static long exitGroup(Task task, Call call) {
        task.kernel().stop(new Outcome.Exited(call.intArg(0) & 0xff));
        return 0;
    }

    public static long archPrctl(Task task, Call call) {
        long value = call.arg(1);
        switch (call.intArg(0)) {
            case ARCH_SET_FS -> {
                if (value < 0 || value >= AddressSpace.TASK_SIZE) {
                    return -Errno.EPERM;
                }
                task.setFsBase(value);
            }
            case ARCH_SET_GS -> {
                if (value < 0 || value >= AddressSpace.TASK_SIZE) {
                    return -Errno.EPERM;
                }
                task.setGsBase(value);
            }
            case ARCH_GET_FS -> task.user().writeLong(value, task.fsBase());
            case ARCH_GET_GS -> task.user().writeLong(value, task.gsBase());
            default -> {
                return -Errno.EINVAL;
            }
        }
        return 0;
    }

}
