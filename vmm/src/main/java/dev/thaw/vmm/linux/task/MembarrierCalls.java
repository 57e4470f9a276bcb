package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Task;

/**
 * membarrier(2): makes every running thread of the process pass a memory barrier. A thread that is not in ring 3 has passed one by
 * coming out; those that are there are brought out.
 */
public final class MembarrierCalls {
    /** linux/membarrier.h. */
    private static final int QUERY = 0;
    private static final int GLOBAL = 1;
    private static final int GLOBAL_EXPEDITED = 1 << 1;
    private static final int REGISTER_GLOBAL_EXPEDITED = 1 << 2;
    private static final int PRIVATE_EXPEDITED = 1 << 3;
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;
    private static final int PRIVATE_EXPEDITED_SYNC_CORE = 1 << 5;
    private static final int REGISTER_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 6;
    private static final int GET_REGISTRATIONS = 1 << 9;
    private static final int ALL = GLOBAL | GLOBAL_EXPEDITED | REGISTER_GLOBAL_EXPEDITED | PRIVATE_EXPEDITED
            | REGISTER_PRIVATE_EXPEDITED | PRIVATE_EXPEDITED_SYNC_CORE | REGISTER_PRIVATE_EXPEDITED_SYNC_CORE | GET_REGISTRATIONS;

    private MembarrierCalls() {}

    public static long membarrier(Task task, Call call) {
        if (call.intArg(1) != 0) {
            return -Errno.EINVAL;
        }
        ProcessInfo process = task.kernel().process();
        int command = call.intArg(0);
        return switch (command) {
            case QUERY -> ALL;
            case GET_REGISTRATIONS -> process.barrierRegistrations();
            case REGISTER_GLOBAL_EXPEDITED, REGISTER_PRIVATE_EXPEDITED, REGISTER_PRIVATE_EXPEDITED_SYNC_CORE -> {
                process.registerBarrier(command);
                yield 0;
            }
            // The kinds differ in whom they reach and in speed; here they all reach the one process that there is.
            case GLOBAL, GLOBAL_EXPEDITED -> barrier(task);
            case PRIVATE_EXPEDITED, PRIVATE_EXPEDITED_SYNC_CORE ->
                    (process.barrierRegistrations() & command << 1) != 0 ? barrier(task) : -Errno.EPERM;
            default -> -Errno.EINVAL;
        };
    }

    private static long barrier(Task task) {
        task.kernel().scheduler().stopOthers();
        return 0;
    }
}
