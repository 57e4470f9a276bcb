package dev.thaw.vmm.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Extended registers of a task that no vCPU holds: x87 and SSE, as they are after {@code finit}. */
final class StoredFpuState implements FpuState {
    /** Reset values: SDM vol. 1 section 13.6, "Processor tracking of XSAVE-managed state". */
    private static final short CONTROL_WORD = 0x37f;
    private static final int MXCSR = 0x1f80;
    private static final long X87_AND_SSE = 3;

    private byte[] image = new byte[LEAST_SIZE];

    StoredFpuState() {
        MemorySegment segment = MemorySegment.ofArray(image);
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, CONTROL_WORD);
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, 24, MXCSR);
    }

    @Override
    public int size() {
        return LEAST_SIZE;
    }

    @Override
    public byte[] read() {
        return image.clone();
    }

    @Override
    public void write(byte[] image) {
        this.image = image.clone();
    }

    @Override
    public long features() {
        return X87_AND_SSE;
    }
}
