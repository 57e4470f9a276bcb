package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.linux.signal.TaskSignals;
import dev.thaw.vmm.linux.task.FutexWait;
import dev.thaw.vmm.linux.task.RestartableSequence;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/**
 * One thread of the guest's program: its registers and what the kernel keeps per thread.
 *
 * <p>Blocking: a handler that has to wait returns {@link #block} or {@link #blockUntil}; the same call is made again when the
 * kernel's state has changed, the deadline has come, or a signal is there. Whether a call is such a repetition says
 * {@link #repeated}.
 */
public final class Task {
    private static final long NO_DEADLINE = Long.MAX_VALUE;
    private static final long NOT_RUNNING = Long.MIN_VALUE;

    private final Kernel kernel;
    private final int id;
    private final UserRegisters registers = new UserRegisters();
    private final Call call = new Call();
    private final TaskSignals signals = new TaskSignals();
    private final TaskFpu fpu;
    private final RestartableSequence sequence = new RestartableSequence();
    private long fsBase;
    private long gsBase;
    private long clearChildTid;
    private long robustList;
    private Optional<FutexWait> futexWait = Optional.empty();
    private boolean ended;
    private boolean yielding;
    private boolean blocked;
    private boolean quiet;
    private boolean repeated;
    private long deadline = NO_DEADLINE;
    private long wake = NO_DEADLINE;
    private long progress;
    private String name = "";
    private long ranNanos;
    private long runningSince = NOT_RUNNING;

    Task(Kernel kernel, int id) {
        this.kernel = kernel;
        this.id = id;
        this.fpu = new TaskFpu(kernel.fpuShape());
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

    /** The x87 and vector registers, wherever they are now. */
    public TaskFpu fpu() {
        return fpu;
    }

    /** What rseq(2) registered. */
    public RestartableSequence sequence() {
        return sequence;
    }

    /** The futex that the task waits for; such a task is looked at only when it is woken, by a signal, or at its deadline. */
    public Optional<FutexWait> futexWait() {
        return futexWait;
    }

    public void setFutexWait(Optional<FutexWait> wait) {
        futexWait = wait;
    }

    /** Whether the thread is over; nothing of it runs any more. */
    public boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /** The task lets others run first, this once. */
    public void yield() {
        yielding = true;
    }

    boolean takeYield() {
        boolean asked = yielding;
        yielding = false;
        return asked;
    }

    /** A thread of this one's process: all registers as they are here, which the caller then changes. */
    Task copy(int newId) {
        Task child = new Task(kernel, newId);
        System.arraycopy(registers.array(), 0, child.registers.array(), 0, UserRegisters.COUNT);
        child.fpu.write(fpu.read());
        child.fsBase = fsBase;
        child.gsBase = gsBase;
        child.name = name;
        child.signals.setMask(signals.mask());
        return child;
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
        blocked = true;
        return Syscall.BLOCKED;
    }

    /** Waits for a signal or for the time only: nothing else that changes is looked at. A handler returns this. */
    public long blockQuietlyUntil(long monotonicNanos) {
        quiet = true;
        return blockUntil(monotonicNanos);
    }

    /** Waits for a signal only. A handler returns this. */
    public long blockQuietly() {
        return blockQuietlyUntil(NO_DEADLINE);
    }

    /** Whether a change of the kernel's state is nothing to the blocked call: it waits for a signal, its time, or its futex. */
    boolean quiet() {
        return futexWait.isPresent() ? !futexWait.get().woken() : quiet;
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

    /**
     * What a blocked call has done already, for a write of much: bytes. A signal that ends the call makes it its answer; 0 when a
     * call begins.
     */
    public long progress() {
        return progress;
    }

    public void setProgress(long bytes) {
        progress = bytes;
    }

    /** Processor time taken so far, nanoseconds: while a vCPU has the task, its system calls included. */
    public long cpuNanos() {
        return runningSince == NOT_RUNNING ? ranNanos : ranNanos + kernel.clock().monotonicNanos() - runningSince;
    }

    /** A vCPU takes the task up. */
    void beginRunning() {
        runningSince = kernel.clock().monotonicNanos();
    }

    /** The vCPU gives the task up. */
    void endRunning() {
        if (runningSince != NOT_RUNNING) {
            ranNanos += kernel.clock().monotonicNanos() - runningSince;
            runningSince = NOT_RUNNING;
        }
    }

    private void unblock() {
        blocked = false;
    }

    /** Whether the task waits in a call. */
    public boolean blocked() {
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
        quiet = false;
        progress = 0;
    }

    /** Makes a blocked call again. */
    void repeatCall() {
        repeated = true;
        unblock();
    }

    /** The blocked call is over without an answer of its own: a signal interrupts it. */
    void endCall() {
        futexWait.ifPresent(wait -> kernel.futexes().forget(this, wait));
        futexWait = Optional.empty();
        repeated = false;
        unblock();
        deadline = NO_DEADLINE;
    }

    void save(StateWriter out) {
        out.mark(2).putInt(id).putLongs(registers.array()).putLong(fsBase).putLong(gsBase).putLong(clearChildTid)
                .putLong(robustList).putBoolean(blocked).putLong(deadline).putLong(wake).putString(name)
                .putLong(cpuNanos()).putLong(progress);
        signals.save(out);
        fpu.save(out);
        sequence.save(out);
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
        task.ranNanos = in.getLong();
        long progress = in.getLong();
        task.signals.load(in);
        task.fpu.load(in);
        task.sequence.load(in);
        if (blocked) {
            task.beginCall();
            task.blocked = true;
            task.deadline = deadline;
            task.wake = wake;
            task.progress = progress;
        }
        return task;
    }
}
