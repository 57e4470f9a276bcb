package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The page that the vDSO's code reads (src/main/vdso/vdso.S says what stands where): one frame that programs map read-only below
 * the code. Written under the kernel lock; read by the guest's threads at any time, which is what the sequence number is for: it is
 * odd while the page is written, and another one after each change. So a thread that was frozen in the middle of a reading begins
 * anew after the thaw.
 */
public final class TimePage implements MappingSource {
    /** The id that stands for it in saved mappings; inodes have ids from 0 on. */
    public static final int STATE_ID = -3;

    private static final long NONE = -1;
    private static final int SEQUENCE = 0;
    private static final int USABLE = 4;
    private static final int COUNTER = 8;
    private static final int MONOTONIC = 16;
    private static final int MULTIPLIER = 24;
    private static final int REALTIME = 32;

    private final GuestMemory memory;
    private long frame = NONE;

    public TimePage(GuestMemory memory) {
        this.memory = memory;
    }

    /** Takes its frame; false when there is none left. */
    public boolean create() {
        frame = memory.allocate();
        return frame != GuestMemory.EXHAUSTED;
    }

    /** The guest-physical address of the frame, or a negative number when no program has it. */
    public long frame() {
        return frame;
    }

    /** Makes readers wait until {@link #end}. Nothing happens, here and there, where no program has the page. @return for end */
    public int begin() {
        if (frame < 0) {
            return 0;
        }
        int sequence = memory.segment().get(ValueLayout.JAVA_INT, frame + SEQUENCE) | 1;
        memory.segment().set(ValueLayout.JAVA_INT, frame + SEQUENCE, sequence);
        VarHandle.fullFence();
        return sequence;
    }

    /** How to reckon; between {@link #begin} and {@link #end}. */
    public void write(long counter, long monotonic, long multiplier, long realtimeMore) {
        if (frame >= 0) {
            memory.putLong(frame + COUNTER, counter);
            memory.putLong(frame + MONOTONIC, monotonic);
            memory.putLong(frame + MULTIPLIER, multiplier);
            memory.putLong(frame + REALTIME, realtimeMore);
        }
    }

    /** @param usable whether the vDSO may go by the counter; else it makes system calls */
    public void end(int sequence, boolean usable) {
        if (frame >= 0) {
            memory.segment().set(ValueLayout.JAVA_INT, frame + USABLE, usable ? 1 : 0);
            VarHandle.fullFence();
            memory.segment().set(ValueLayout.JAVA_INT, frame + SEQUENCE, sequence + 1);
        }
    }

    public void save(StateWriter out) {
        out.mark(7).putLong(frame);
    }

    public void load(StateReader in) {
        in.expect(7);
        long saved = in.getLong();
        frame = saved >= memory.reserved() && saved < memory.highWater() && saved % GuestMemory.PAGE == 0 ? saved : NONE;
    }

    @Override
    public long readInto(long fileOffset, MemorySegment into, long at, long length) {
        return 0;
    }

    @Override
    public long sharedFrame(long fileOffset) {
        return frame < 0 ? NOT_SHAREABLE : frame;
    }

    @Override
    public void unmapped() {}

    @Override
    public long size() {
        return GuestMemory.PAGE;
    }

    @Override
    public String mappingName() {
        return "[vvar]";
    }

    @Override
    public long inodeNumber() {
        return 0;
    }

    @Override
    public int stateId() {
        return STATE_ID;
    }
}
