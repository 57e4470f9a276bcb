package dev.thaw.vmm.linux.signal;

/** Signal numbers and names of x86-64: arch/x86/include/uapi/asm/signal.h. */
public final class SignalNames {
    public static final int SIGILL = 4;
    public static final int SIGTRAP = 5;
    public static final int SIGABRT = 6;
    public static final int SIGBUS = 7;
    public static final int SIGFPE = 8;
    public static final int SIGKILL = 9;
    public static final int SIGSEGV = 11;
    public static final int SIGPIPE = 13;
    public static final int SIGALRM = 14;
    public static final int SIGCHLD = 17;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;
    public static final int SIGTSTP = 20;
    public static final int SIGTTIN = 21;
    public static final int SIGTTOU = 22;
    public static final int SIGURG = 23;
    public static final int SIGXFSZ = 25;
    public static final int SIGVTALRM = 26;
    public static final int SIGPROF = 27;
    public static final int SIGWINCH = 28;
    public static final int SIGSYS = 31;
    /** The first real-time signal of the kernel; the C library keeps two for itself. */
    public static final int SIGRTMIN = 32;
    /** _NSIG: the highest signal. */
    public static final int HIGHEST = 64;

    private static final String[] NAMES = {
        "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
        "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR",
        "SIGSYS"
    };

    private SignalNames() {}

    /** The name as kill -l has it: SIGSEGV for 11, SIGRT_2 for 34. */
    public static String name(int signal) {
        if (signal > 0 && signal < NAMES.length) {
            return NAMES[signal];
        }
        return signal >= SIGRTMIN && signal <= HIGHEST ? "SIGRT_" + (signal - SIGRTMIN) : "signal " + signal;
    }

    /** The signal's bit in a mask. */
    static long bit(int signal) {
        return 1L << signal - 1;
    }
}
