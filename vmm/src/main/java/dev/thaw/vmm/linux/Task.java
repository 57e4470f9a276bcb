package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.signal.TaskSignals;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/**
 * One thread of the guest's program: its registers and what the kernel keeps per thread.
 *
 * <p>Blocking: a handler that has to wait returns {@link #block} or {@link #blockUntil}; the same call is made again when the
 * kernel's state has changed, the deadline has come, or a signal is there. Whether a call is such a repetition says
 * {@link #repeated}.
 */
public final class Task {
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final Kernel kernel;
    private final int id;
    private final UserRegisters registers = new UserRegisters();
    private final Call call = new Call();
    private final TaskSignals signals = new TaskSignals();
    private FpuState fpu = new StoredFpuState();
    private long fsBase;
    private long gsBase;
    private long clearChildTid;
    private long robustList;
    private boolean blocked;
    private boolean repeated;
    private long deadline = NO_DEADLINE;
    private long wake = NO_DEADLINE;
    private String name = "";
    private long waitedNanos;
    private long waitingSince;

    Task(Kernel kernel, int id) {
        this.kernel = kernel;
        this.id = id;
        kernel.signals().add(signals);
    }

    public Kernel kernel() {
        return kernel;
    }

    /** The thread id; the first task's is the process id. */
    public int id() {
        return id;
    }

    public UserRegisters registers() {
        return registers;
    }

    public UserMemory user() {
        return kernel.user();
    }

    public FdTable files() {
        return kernel.files();
    }

    public TaskSignals signals() {
        return signals;
    }

    /** The x87 and vector registers: the vCPU's, once the task has one. */
    public FpuState fpu() {
        return fpu;
    }

    /** Set once, before the task runs. */
    public void setFpu(FpuState fpu) {
        this.fpu = fpu;
    }

    /** The call being handled, or the one the task is blocked in. */
    public Call call() {
        return call;
    }

    /** PR_SET_NAME's 15 bytes. */
    public String name() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public long fsBase() {
        return fsBase;
    }

    /** Takes effect when the task next enters ring 3. */
    public void setFsBase(long value) {
        fsBase = value;
    }

    public long gsBase() {
        return gsBase;
    }

    public void setGsBase(long value) {
        gsBase = value;
    }

    /** What the processor has: ring 3 may set its bases itself (wrfsbase). */
    public void takeBases(long fs, long gs) {
        fsBase = fs;
        gsBase = gs;
    }

    public long clearChildTid() {
        return clearChildTid;
    }

    public void setClearChildTid(long address) {
        clearChildTid = address;
    }

    public long robustList() {
        return robustList;
    }

    public void setRobustList(long address) {
        robustList = address;
    }

    /** Waits, with no limit, for anything to change. A handler returns this. */
    public long block() {
        if (!blocked) {
            waitingSince = kernel.clock().monotonicNanos();
        }
        blocked = true;
        return Syscall.BLOCKED;
    }

    /** Waits until the monotonic clock reads {@code monotonicNanos} at the latest. A handler returns this. */
    public long blockUntil(long monotonicNanos) {
        deadline = monotonicNanos;
        return block();
    }

    /**
     * Waits until {@code deadline} at the latest, and looks again at {@code wake} too (both monotonic, Long.MAX_VALUE for never):
     * the time at which something that the call waits for comes by itself, which is not the end of its wait.
     */
    public long blockUntil(long deadline, long wake) {
        this.wake = wake;
        return blockUntil(deadline);
    }

    /** Whether the call being handled was made before and had to wait. */
    public boolean repeated() {
        return repeated;
    }

    /**
     * The deadline of a call that waits at most {@code nanos} (0 or more): fixed when the call is first made, the same each time
     * it is repeated, across a freeze too.
     */
    public long deadlineAfter(long nanos) {
        if (!repeated || deadline == NO_DEADLINE) {
            long now = kernel.clock().monotonicNanos();
            deadline = now + nanos < now ? NO_DEADLINE - 1 : now + nanos;
        }
        return deadline;
    }

    /** Whether the wait that {@link #deadlineAfter} or {@link #blockUntil} began is over. */
    public boolean expired() {
        return deadline != NO_DEADLINE && kernel.clock().monotonicNanos() >= deadline;
    }

    /** Processor time taken so far, nanoseconds: what the monotonic clock has counted while the task was not waiting. */
    public long cpuNanos() {
        long now = kernel.clock().monotonicNanos();
        return (blocked ? waitingSince : now) - waitedNanos;
    }

    private void unblock() {
        if (blocked) {
            waitedNanos += kernel.clock().monotonicNanos() - waitingSince;
            blocked = false;
        }
    }

    boolean blocked() {
        return blocked;
    }

    /** The monotonic time at which a blocked task has to be looked at again; Long.MAX_VALUE for never. */
    public long wakeTime() {
        return Math.min(deadline, wake);
    }

    /** Begins a call: what the registers hold is what the guest asks. */
    void beginCall() {
        UserRegisters r = registers;
        call.set((int) r.get(UserRegisters.RAX), r.get(UserRegisters.RDI), r.get(UserRegisters.RSI),
                r.get(UserRegisters.RDX), r.get(UserRegisters.R10), r.get(UserRegisters.R8), r.get(UserRegisters.R9));
        repeated = false;
        deadline = NO_DEADLINE;
        wake = NO_DEADLINE;
        blocked = false;
    }

    /** Makes a blocked call again. */
    void repeatCall() {
        repeated = true;
        unblock();
    }

    /** The blocked call is over without an answer of its own: a signal interrupts it. */
    void endCall() {
        repeated = false;
        unblock();
        deadline = NO_DEADLINE;
    }

    void save(StateWriter out) {
        out.mark(2).putInt(id).putLongs(registers.array()).putLong(fsBase).putLong(gsBase).putLong(clearChildTid)
                .putLong(robustList).putBoolean(blocked).putLong(deadline).putLong(wake).putString(name)
                .putLong(waitedNanos).putLong(waitingSince);
        signals.save(out);
    }

    static Task load(Kernel kernel, StateReader in) {
        in.expect(2);
        Task task = new Task(kernel, in.getInt());
        long[] values = in.getLongs();
        System.arraycopy(values, 0, task.registers.array(), 0, Math.min(values.length, UserRegisters.COUNT));
        task.fsBase = in.getLong();
        task.gsBase = in.getLong();
        task.clearChildTid = in.getLong();
        task.robustList = in.getLong();
        boolean blocked = in.getBoolean();
        long deadline = in.getLong();
        long wake = in.getLong();
        task.name = in.getString();
        task.waitedNanos = in.getLong();
        task.waitingSince = in.getLong();
        task.signals.load(in);
        if (blocked) {
            task.beginCall();
            task.blocked = true;
            task.deadline = deadline;
            task.wake = wake;
        }
        return task;
    }
}
