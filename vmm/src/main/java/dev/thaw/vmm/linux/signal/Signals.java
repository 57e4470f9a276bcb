package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Arrays;
import java.util.Optional;

/** A process's signals: dispositions, what is pending, and their delivery. */
public final class Signals {
    /** Signals whose default action is to be ignored; stopping a process that nobody could continue is ignored too. */
    private static final long IGNORED_BY_DEFAULT = SignalNames.bit(SignalNames.SIGCHLD) | SignalNames.bit(SignalNames.SIGCONT)
            | SignalNames.bit(SignalNames.SIGURG) | SignalNames.bit(SignalNames.SIGWINCH)
            | SignalNames.bit(SignalNames.SIGSTOP) | SignalNames.bit(SignalNames.SIGTSTP)
            | SignalNames.bit(SignalNames.SIGTTIN) | SignalNames.bit(SignalNames.SIGTTOU);

    private final Kernel kernel;
    private final SignalAction[] actions = new SignalAction[SignalNames.HIGHEST + 1];
    private final PendingSignals shared = new PendingSignals();
    private long activity;
    /** The signals that the actions, as they stand, ignore. */
    private long ignored = IGNORED_BY_DEFAULT;

    public Signals(Kernel kernel) {
        this.kernel = kernel;
        Arrays.fill(actions, SignalAction.DEFAULT);
    }

    /**
     * A fault that ring 3 made. Delivered before the task runs on; a blocked or ignored fault signal ends the program, as in Linux.
     *
     * @param code the si_code of siginfo_t
     * @param address the si_addr; for a page fault also what CR2 held
     * @param trapNumber the exception's vector, for sigcontext
     * @param errorCode what the processor pushed, or 0
     * @param cause for the operator
     */
    public void fault(Task task, int signal, int code, long address, int trapNumber, long errorCode, String cause) {
        task.signals().setFault(trapNumber, errorCode, address);
        fault(task, signal, code, address, cause);
    }

    /** As above, for a fault that the monitor found in what ring 3 asked for, without an exception of the processor. */
    public void fault(Task task, int signal, int code, long address, String cause) {
        SignalAction action = actions[signal];
        boolean blocked = (task.signals().mask() & SignalNames.bit(signal)) != 0;
        if (blocked || action.isDefault() || action.isIgnore()) {
            kernel.stop(new Outcome.Killed(signal, cause));
        } else {
            task.signals().setFaultCause(signal, cause);
            task.signals().pending().addAnyway(SignalInfo.fault(signal, code, address, cause));
        }
    }

    /** Sends a signal to one task; false when its queue is full. */
    public boolean post(Task task, SignalInfo info) {
        return posted(task.signals().pending().add(info));
    }

    /** Sends a signal to the process; false when the queue is full. */
    public boolean post(SignalInfo info) {
        return posted(shared.add(info));
    }

    /** Sends a POSIX timer's signal, of which at most one is on its way. */
    public void postTimer(SignalInfo info) {
        shared.addAnyway(info);
        posted(true);
    }

    /** The same for a timer that signals one task. */
    public void postTimer(Task task, SignalInfo info) {
        task.signals().pending().addAnyway(info);
        posted(true);
    }

    /** A task wrote to what nobody reads: SIGPIPE for it, and the answer of its call. */
    public long brokenPipe(Task task) {
        post(task, SignalInfo.sent(SignalNames.SIGPIPE, SignalInfo.SI_USER, kernel.process().pid(), 0,
                "the program wrote to a pipe or a connection that nobody reads"));
        return -Errno.EPIPE;
    }

    private boolean posted(boolean accepted) {
        activity++;
        kernel.changed();
        kernel.scheduler().interruptSignalled();
        return accepted;
    }

    /** Whether the task has a signal to take now: a blocked call is then interrupted. */
    public boolean pending(Task task) {
        TaskSignals own = task.signals();
        long open = ~own.mask() & ~own.awaited();
        long ready = own.pending().set() & open | shared.set() & open & forProcess(task);
        if ((ready & ignored) != 0) {
            discard(own.pending(), open & ignored);
            discard(shared, open & ignored);
        }
        return (ready & ~ignored) != 0;
    }

    /** Which signals of the process this task may take: the first thread's are those that it does not block (kernel/signal.c). */
    private long forProcess(Task task) {
        return task.id() == ProcessInfo.PID ? -1L
                : kernel.scheduler().find(ProcessInfo.PID).map(first -> first.signals().mask()).orElse(-1L);
    }

    /**
     * Takes what is pending just before the task returns to ring 3: runs default actions, or builds a handler's frame and points
     * the registers at it.
     *
     * @param interrupted whether a blocked call of the task is being given up for this signal: its answer is EINTR, or the
     *     registers are set to make it again (SA_RESTART)
     */
    public void deliver(Task task, boolean interrupted) {
        TaskSignals own = task.signals();
        own.setAwaited(0);
        boolean unsettled = interrupted;
        for (Optional<SignalInfo> next = next(task); next.isPresent(); next = next(task)) {
            SignalInfo info = next.get();
            SignalAction action = actions[info.signo()];
            if ((ignored & SignalNames.bit(info.signo())) != 0) {
                continue;
            }
            if (action.isDefault()) {
                kernel.stop(new Outcome.Killed(info.signo(), own.causeOf(info)));
                return;
            }
            if (unsettled) {
                Interruption.settle(task, action);
                unsettled = false;
            }
            if (!handle(task, info, action)) {
                return;
            }
        }
        if (unsettled) {
            Interruption.restart(task);
        }
        own.endTemporaryMask();
    }

    private Optional<SignalInfo> next(Task task) {
        long open = ~task.signals().mask();
        Optional<SignalInfo> info = task.signals().take(open);
        return (info.isPresent() ? info : shared.take(open & forProcess(task))).map(kernel.timers()::taken);
    }

    /** Begins a handler; false when the program has ended for want of a stack to run it on. */
    private boolean handle(Task task, SignalInfo info, SignalAction action) {
        TaskSignals own = task.signals();
        int signal = info.signo();
        if (action.has(SignalAction.SA_RESETHAND)) {
            setAction(signal, SignalAction.DEFAULT);
        }
        long restored = own.takeOwnMask();
        if (SignalFrame.build(task, info, action, restored)) {
            long self = action.has(SignalAction.SA_NODEFER) ? 0 : SignalNames.bit(signal);
            own.setMask(own.mask() | action.mask() | self);
            return true;
        }
        own.setMask(restored);
        String cause = "no room on the stack at 0x" + Long.toHexString(task.registers().get(UserRegisters.RSP))
                + " for the handler of " + SignalNames.name(signal) + " (" + info.cause() + ")";
        if (signal == SignalNames.SIGSEGV) {
            setAction(signal, SignalAction.DEFAULT);
        }
        fault(task, SignalNames.SIGSEGV, SignalInfo.SI_KERNEL, 0, cause);
        return kernel.end().isEmpty();
    }

    /** Signals sent so far: grows whenever one may have become readable. */
    public long activity() {
        return activity;
    }

    /** Whether a blocked task may have a signal to take that it had not when {@link #activity} was {@code seen}. */
    public boolean mayHaveNews(long seen) {
        return activity != seen || shared.set() != 0;
    }

    /** A bit for each signal that waits, for the process or a task of it. */
    public long waiting() {
        long set = shared.set();
        for (Task task : kernel.scheduler().tasks()) {
            set |= task.signals().pending().set();
        }
        return set;
    }

    /** Takes one pending signal of {@code wanted}, the task's own first. */
    public Optional<SignalInfo> take(Task task, long wanted) {
        Optional<SignalInfo> info = task.signals().take(wanted);
        return (info.isPresent() ? info : shared.take(wanted)).map(kernel.timers()::taken);
    }

    /** What waits, for the task and the process. */
    long pendingSet(Task task) {
        return task.signals().pending().set() | shared.set();
    }

    SignalAction action(int signal) {
        return actions[signal];
    }

    /** The signals pending for one task, for the process, ignored by the program's wish, and caught: status of proc(5). */
    public long pendingOf(Task task) {
        return task.signals().pending().set();
    }

    public long pendingOfProcess() {
        return shared.set();
    }

    public long ignoredByChoice() {
        long set = 0;
        for (int signal = 1; signal < actions.length; signal++) {
            set |= actions[signal].isIgnore() ? SignalNames.bit(signal) : 0;
        }
        return set;
    }

    public long caught() {
        long set = 0;
        for (int signal = 1; signal < actions.length; signal++) {
            set |= actions[signal].isDefault() || actions[signal].isIgnore() ? 0 : SignalNames.bit(signal);
        }
        return set;
    }

    /** Changes a disposition; a signal that is ignored from now on is no longer pending. */
    void setAction(Task task, int signal, SignalAction action) {
        setAction(signal, action);
        if ((ignored & SignalNames.bit(signal)) != 0) {
            kernel.scheduler().tasks().forEach(each -> discard(each.signals().pending(), SignalNames.bit(signal)));
            discard(shared, SignalNames.bit(signal));
        }
    }

    private void setAction(int signal, SignalAction action) {
        actions[signal] = action;
        long bit = SignalNames.bit(signal);
        boolean ignores = action.isIgnore() || action.isDefault() && (IGNORED_BY_DEFAULT & bit) != 0;
        ignored = ignores ? ignored | bit : ignored & ~bit;
    }

    private void discard(PendingSignals pending, long unwanted) {
        for (Optional<SignalInfo> info = pending.take(unwanted); info.isPresent(); info = pending.take(unwanted)) {
            kernel.timers().taken(info.get());
        }
    }

    public void save(StateWriter out) {
        out.mark(3).putLong(activity);
        for (int i = 1; i < actions.length; i++) {
            SignalAction action = actions[i];
            out.putLong(action.handler()).putLong(action.flags()).putLong(action.restorer()).putLong(action.mask());
        }
        shared.save(out);
    }

    public void load(StateReader in) {
        in.expect(3);
        activity = in.getLong();
        for (int i = 1; i < actions.length; i++) {
            setAction(i, new SignalAction(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
        }
        shared.load(in);
    }
}
