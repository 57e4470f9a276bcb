package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserMemory;
import dev.thaw.vmm.memory.GuestMemory;
import java.nio.charset.StandardCharsets;

/** What the machine is: uname, sysinfo, random bytes. */
public final class SystemCalls {
    /** The kernel release that programs are told: what this layer's calls are modelled on. */
    public static final String RELEASE = "6.1.0";
    /** What uname -v says. */
    public static final String VERSION = "#1 SMP Thaw";

    /** Bytes of a field of struct new_utsname: linux/utsname.h. */
    private static final int UTS_FIELD = 65;
    /** sizeof(struct sysinfo) and offsets: linux/sysinfo.h on 64 bit. */
    private static final int SYSINFO_SIZE = 112;
    private static final int TOTALRAM = 32;
    private static final int FREERAM = 40;
    private static final int PROCS = 80;
    private static final int MEM_UNIT = 104;
    /** linux/random.h: GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE. */
    private static final int GRND_RANDOM = 2;
    private static final int GRND_INSECURE = 4;
    private static final int GRND_ALL = 7;
    /** What one getrandom(2) gives at the most: the man page's bound for the urandom source, 2^25 - 1 bytes. */
    private static final long MAX_RANDOM = 0x1ff_ffffL;
    private static final int CHUNK = 4096;

    private SystemCalls() {}

    public static long uname(Task task, Call call) {
        byte[] fields = new byte[6 * UTS_FIELD];
        put(fields, 0, "Linux");
        put(fields, 1, task.kernel().config().hostname());
        put(fields, 2, RELEASE);
        put(fields, 3, VERSION);
        put(fields, 4, "x86_64");
        put(fields, 5, "(none)");
        task.user().writeBytes(call.arg(0), fields);
        return 0;
    }

    private static void put(byte[] fields, int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, fields, field * UTS_FIELD, Math.min(bytes.length, UTS_FIELD - 1));
    }

    public static long sysinfo(Task task, Call call) {
        UserMemory user = task.user();
        GuestMemory memory = task.kernel().memory();
        long at = call.arg(0);
        user.clear(at, SYSINFO_SIZE);
        user.writeLong(at, task.kernel().clock().monotonicNanos() / 1_000_000_000);
        user.writeLong(at + TOTALRAM, task.kernel().space().memoryLimit());
        user.writeLong(at + FREERAM, memory.available() * GuestMemory.PAGE);
        // A 16-bit field with padding behind it.
        user.writeInt(at + PROCS, task.kernel().scheduler().tasks().size() & 0xffff);
        user.writeInt(at + MEM_UNIT, 1);
        return 0;
    }

    /** A bad address after some bytes ends the call with what was written, as in Linux. */
    public static long getrandom(Task task, Call call) {
        long length = Math.min(call.arg(1) < 0 ? MAX_RANDOM : call.arg(1), MAX_RANDOM);
        int flags = call.intArg(2);
        if ((flags & ~GRND_ALL) != 0 || (flags & (GRND_INSECURE | GRND_RANDOM)) == (GRND_INSECURE | GRND_RANDOM)) {
            return -Errno.EINVAL;
        }
        long done = 0;
        while (done < length) {
            int n = (int) Math.min(length - done, CHUNK - (call.arg(0) + done & CHUNK - 1));
            try {
                task.user().writeBytes(call.arg(0) + done, task.kernel().entropy().bytes(n));
            } catch (GuestError e) {
                return done == 0 ? -e.errno() : done;
            }
            done += n;
        }
        return done;
    }

    /** The kernel's log is nobody's here. */
    public static long syslog(Task task, Call call) {
        return -Errno.EPERM;
    }
}
