package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/**
 * What a task registered by rseq(2): an area in which the monitor says on which processor it runs, and from which it reads which few
 * instructions have to be begun again when something came between. Layout and rules: linux/rseq.h.
 */
public final class RestartableSequence {
    /** struct rseq: cpu_id_start 0, cpu_id 4, rseq_cs 8; struct rseq_cs: start_ip 8, post_commit_offset 16, abort_ip 24. */
    static final int SIZE = 32;
    private static final int CPU_ID = 4;
    private static final int DESCRIPTOR = 8;

    private long address;
    private int signature;

    boolean registered() {
        return address != 0;
    }

    boolean isAt(long at) {
        return address != 0 && address == at;
    }

    boolean is(long at, int wantedSignature) {
        return address == at && signature == wantedSignature;
    }

    void register(Task task, long at, int withSignature, int cpu) {
        task.user().writeInt(at, cpu);
        task.user().writeInt(at + CPU_ID, cpu);
        address = at;
        signature = withSignature;
    }

    void unregister(Task task) {
        task.user().writeInt(address, 0);
        task.user().writeInt(address + CPU_ID, -1);
        address = 0;
    }

    /**
     * Something came between two instructions of the task: another task ran on its processor, or a handler is about to run. An
     * interrupted sequence is sent to its abort address.
     *
     * @throws GuestError EFAULT when the area or what it names cannot be read or contradicts itself: the program's SIGSEGV
     */
    public void interrupted(Task task, int cpu) {
        if (address == 0) {
            return;
        }
        if (task.user().readInt(address + CPU_ID) != cpu) {
            task.user().writeInt(address, cpu);
            task.user().writeInt(address + CPU_ID, cpu);
        }
        long descriptor = task.user().readLong(address + DESCRIPTOR);
        if (descriptor == 0) {
            return;
        }
        long start = task.user().readLong(descriptor + 8);
        long length = task.user().readLong(descriptor + 16);
        long abort = task.user().readLong(descriptor + 24);
        task.user().writeLong(address + DESCRIPTOR, 0);
        long rip = task.registers().get(UserRegisters.RIP);
        if (Long.compareUnsigned(rip - start, length) >= 0) {
            return;
        }
        if (abort <= 0 || abort >= AddressSpace.TASK_SIZE || task.user().readInt(abort - 4) != signature) {
            throw new GuestError(Errno.EFAULT);
        }
        task.registers().set(UserRegisters.RIP, abort);
    }

    public void save(StateWriter out) {
        out.putLong(address).putInt(signature);
    }

    public void load(StateReader in) {
        address = in.getLong();
        signature = in.getInt();
    }
}
