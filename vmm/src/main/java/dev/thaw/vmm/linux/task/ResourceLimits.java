package dev.thaw.vmm.linux.task;

import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Arrays;

/** The table behind getrlimit(2): soft and hard limit per resource, numbered as in asm-generic/resource.h. */
public final class ResourceLimits {
    public static final long INFINITY = -1;
    public static final int COUNT = 16;
    static final int STACK = 3;
    static final int CORE = 4;
    static final int NPROC = 6;
    static final int NOFILE = 7;
    static final int MEMLOCK = 8;
    static final int SIGPENDING = 11;
    static final int MSGQUEUE = 12;
    static final int NICE = 13;
    static final int RTPRIO = 14;

    private final long[] soft = new long[COUNT];
    private final long[] hard = new long[COUNT];

    public ResourceLimits() {
        Arrays.fill(soft, INFINITY);
        Arrays.fill(hard, INFINITY);
        soft[STACK] = 8L << 20;
        both(CORE, 0);
        both(NPROC, 1024);
        both(NOFILE, FdTable.LIMIT);
        both(MEMLOCK, 8L << 20);
        both(SIGPENDING, 1024);
        both(MSGQUEUE, 819_200);
        both(NICE, 0);
        both(RTPRIO, 0);
    }

    private void both(int resource, long value) {
        soft[resource] = value;
        hard[resource] = value;
    }

    /** RLIM_INFINITY is {@link #INFINITY}. */
    public long soft(int resource) {
        return soft[resource];
    }

    /** How many descriptors the program may have. */
    public long openFiles() {
        return soft[NOFILE];
    }

    public long hard(int resource) {
        return hard[resource];
    }

    void set(int resource, long newSoft, long newHard) {
        soft[resource] = newSoft;
        hard[resource] = newHard;
    }

    public void save(StateWriter out) {
        out.putLongs(soft).putLongs(hard);
    }

    public void load(StateReader in) {
        fill(soft, in.getLongs());
        fill(hard, in.getLongs());
    }

    private static void fill(long[] table, long[] values) {
        System.arraycopy(values, 0, table, 0, Math.min(COUNT, values.length));
    }
}
