package dev.thaw.vmm.linux;

import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.task.Credentials;
import dev.thaw.vmm.linux.task.ResourceLimits;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

import java.util.ArrayList;
import java.util.List;

/** What /proc/self tells of the process: its executable, arguments, environment, and where they lie. */
public final class ProcessInfo {
    /** The process id inside the VM, and the id of its first thread, as the monitor and a program that boots know it. */
    public static final int PID = 1;
    /** What a thawed process goes by; ids of threads end below. All within kernel.pid_max of a 64-bit Linux. */
    static final int FIRST_AFTER_THAW = 4_100_000;
    private static final int LAST_AFTER_THAW = 4_194_303;

    private String executable = "";
    private List<String> arguments = List.of();
    private List<String> environment = List.of();
    private int pid = PID;
    private int umask = 0022;
    private byte[] auxiliary = new byte[0];
    private int barrierRegistrations;
    private final Credentials credentials = new Credentials();
    private final ResourceLimits limits = new ResourceLimits();

    /** Set when a program is loaded. */
    public void begin(Program program) {
        executable = program.path();
        arguments = program.arguments();
        environment = program.environment();
    }

    /**
     * The process id that the program is told. It is another one after each thaw, for a thaw is what a fork is: libraries that keep
     * the state of a random generator in memory (OpenSSL's, libsodium's, NSS's) look at getpid(2) and seed it anew. CPython alone keeps it. What names the
     * process or its first thread by {@link #PID} goes on to mean it, since libc keeps the number of a thread in memory.
     */
    public int pid() {
        return pid;
    }

    /**
     * Whether the program takes a changed number amiss: CPython's asyncio remembers which process its event loop runs in and has no
     * loop in another (get_running_loop of Modules/_asynciomodule.c), so a server frozen in its loop would be lost.
     */
    private boolean keepsItsNumber() {
        return executable.substring(executable.lastIndexOf('/') + 1).startsWith("python");
    }

    /** Whether a program means its process by this number. */
    public boolean is(int id) {
        return id == PID || id == pid;
    }

    /** The thread's id that a program means: its first thread has two. */
    public int threadId(int told) {
        return told == pid ? PID : told;
    }

    /** What a program is told of a thread's id. */
    public int told(int threadId) {
        return threadId == PID ? pid : threadId;
    }

    public String executable() {
        return executable;
    }

    public List<String> arguments() {
        return arguments;
    }

    public List<String> environment() {
        return environment;
    }

    /** Users, groups and capabilities. */
    public Credentials credentials() {
        return credentials;
    }

    public ResourceLimits limits() {
        return limits;
    }

    /** The auxiliary vector as it stands on the stack: /proc/self/auxv. */
    public byte[] auxiliary() {
        return auxiliary.clone();
    }

    public void setAuxiliary(byte[] vector) {
        auxiliary = vector.clone();
    }

    public int umask() {
        return umask;
    }

    public void setUmask(int umask) {
        this.umask = umask & 0777;
    }

    /** The MEMBARRIER_CMD_REGISTER_ bits of membarrier(2) that the program has set. */
    public int barrierRegistrations() {
        return barrierRegistrations;
    }

    public void registerBarrier(int bit) {
        barrierRegistrations |= bit;
    }

    void save(StateWriter out) {
        out.mark(4).putString(executable).putInt(pid).putInt(umask).putInt(barrierRegistrations).putBytes(auxiliary);
        for (List<String> list : List.of(arguments, environment)) {
            out.putInt(list.size());
            list.forEach(out::putString);
        }
        credentials.save(out);
        limits.save(out);
    }

    void load(StateReader in) {
        in.expect(4);
        executable = in.getString();
        int frozen = in.getInt();
        pid = keepsItsNumber() ? frozen : frozen >= FIRST_AFTER_THAW && frozen < LAST_AFTER_THAW ? frozen + 1 : FIRST_AFTER_THAW;
        umask = in.getInt();
        barrierRegistrations = in.getInt();
        auxiliary = in.getBytes();
        arguments = strings(in);
        environment = strings(in);
        credentials.load(in);
        limits.load(in);
    }

    private static List<String> strings(StateReader in) {
        List<String> list = new ArrayList<>();
        for (int i = in.getCount(4); i > 0; i--) {
            list.add(in.getString());
        }
        return List.copyOf(list);
    }
}
