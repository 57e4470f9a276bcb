package dev.thaw.vmm.linux.signal;

import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One signal on its way, with what siginfo_t will say of it (asm-generic/siginfo.h).
 *
 * @param signo 1 to 64
 * @param errno si_errno, mostly 0
 * @param code si_code
 * @param first the union's first eight bytes: si_addr, or si_pid and si_uid, or si_timerid and si_overrun
 * @param second the union's next eight: si_value
 * @param cause for the operator, should it end the program
 */
public record SignalInfo(int signo, int errno, int code, long first, long second, String cause) {
    public static final int SI_USER = 0;
    public static final int SI_KERNEL = 0x80;
    public static final int SI_TIMER = -2;
    public static final int SI_TKILL = -6;
    /** sizeof(siginfo_t). */
    static final int SIZE = 128;

    private static final int UNION = 16;

    /** A fault at {@code address}. */
    public static SignalInfo fault(int signo, int code, long address, String cause) {
        return new SignalInfo(signo, 0, code, address, 0, cause);
    }

    /** From the kernel for a reason of its own, with nothing more to say. */
    public static SignalInfo kernel(int signo, String cause) {
        return new SignalInfo(signo, 0, SI_KERNEL, 0, 0, cause);
    }

    /** Sent by process {@code pid}; {@code code} is SI_USER or SI_TKILL. */
    public static SignalInfo sent(int signo, int code, int pid, int uid, String cause) {
        return new SignalInfo(signo, 0, code, pid & 0xffff_ffffL | (long) uid << 32, 0, cause);
    }

    /** From POSIX timer {@code id}; how often it was overrun is filled in at delivery. */
    public static SignalInfo timer(int signo, int id, long value) {
        return new SignalInfo(signo, 0, SI_TIMER, id & 0xffff_ffffL, value, "a timer that the program set");
    }

    public SignalInfo withOverrun(int overrun) {
        return new SignalInfo(signo, errno, code, first & 0xffff_ffffL | (long) overrun << 32, second, cause);
    }

    /** What the guest sent by rt_sigqueueinfo(2): its siginfo_t, with the number it gave. */
    static SignalInfo queued(int signo, byte[] info) {
        MemorySegment segment = MemorySegment.ofArray(info);
        return new SignalInfo(signo, segment.get(ValueLayout.JAVA_INT_UNALIGNED, 4),
                segment.get(ValueLayout.JAVA_INT_UNALIGNED, 8), segment.get(ValueLayout.JAVA_LONG_UNALIGNED, UNION),
                segment.get(ValueLayout.JAVA_LONG_UNALIGNED, UNION + 8), "sent by the program to itself");
    }

    /** Lays the siginfo_t out at {@code offset}. */
    void put(MemorySegment into, long offset) {
        into.asSlice(offset, SIZE).fill((byte) 0);
        into.set(ValueLayout.JAVA_INT_UNALIGNED, offset, signo);
        into.set(ValueLayout.JAVA_INT_UNALIGNED, offset + 4, errno);
        into.set(ValueLayout.JAVA_INT_UNALIGNED, offset + 8, code);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + UNION, first);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + UNION + 8, second);
    }

    void save(StateWriter out) {
        out.putInt(signo).putInt(errno).putInt(code).putLong(first).putLong(second).putString(cause);
    }

    static SignalInfo load(StateReader in) {
        int signo = in.getInt();
        if (signo < 1 || signo > SignalNames.HIGHEST) {
            throw new BadSnapshotException("the monitor state holds a pending signal " + signo);
        }
        return new SignalInfo(signo, in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getString());
    }
}
