package dev.thaw.vmm.linux;

import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/**
 * A task's extended registers: in the vCPU that ran it last, until that vCPU takes up another task or another vCPU takes up this one;
 * then in an image here. A vCPU that goes on with the task it had costs nothing. Under the kernel's lock, with that vCPU out of ring 3.
 */
public final class TaskFpu implements FpuState {
    /** Reset values: SDM vol. 1 section 13.6, "Processor tracking of XSAVE-managed state". */
    private static final short CONTROL_WORD = 0x37f;
    private static final int MXCSR = 0x1f80;
    /** XSTATE_BV, SDM vol. 1 section 13.4.2. */
    private static final int XSTATE_BV = 512;

    /** What every task begins with. */
    private static final byte[] RESET = reset();

    private final FpuShape shape;
    private Optional<GuestCpu> holder = Optional.empty();
    /** Never changed, only replaced; what it lacks at its end is zero. A thaw makes many tasks of which few run. */
    private byte[] image = RESET;

    TaskFpu(FpuShape shape) {
        this.shape = shape;
    }

    private static byte[] reset() {
        byte[] bytes = new byte[LEAST_SIZE];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, CONTROL_WORD);
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, 24, MXCSR);
        return bytes;
    }

    @Override
    public int size() {
        return shape.size();
    }

    @Override
    public long features() {
        return shape.features();
    }

    @Override
    public byte[] read() {
        return holder.isPresent() ? fetch(holder.get()) : Arrays.copyOf(image, shape.size());
    }

    @Override
    public void write(byte[] wanted) {
        if (holder.isPresent()) {
            holder.get().setXsave(wanted);
        } else {
            image = wanted.clone();
        }
    }

    /** Puts the registers into a vCPU that holds no other task's, out of the one that holds them now. */
    void moveTo(GuestCpu cpu) {
        if (holder.equals(Optional.of(cpu))) {
            return;
        }
        putBy();
        cpu.setXsave(image);
        holder = Optional.of(cpu);
    }

    /** Takes the registers out of the vCPU that holds them. */
    void putBy() {
        if (holder.isPresent()) {
            image = fetch(holder.get());
            holder = Optional.empty();
        }
    }

    /** Whether this vCPU holds them. */
    boolean in(GuestCpu cpu) {
        return holder.isPresent() && holder.get() == cpu;
    }

    private byte[] fetch(GuestCpu cpu) {
        byte[] bytes = Arrays.copyOf(cpu.xsave(), shape.size());
        MemorySegment segment = MemorySegment.ofArray(bytes);
        long components = segment.get(ValueLayout.JAVA_LONG_UNALIGNED, XSTATE_BV);
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, XSTATE_BV, components & shape.features());
        return bytes;
    }

    /** Without the zeros at its end. */
    void save(StateWriter out) {
        byte[] bytes = holder.isPresent() ? fetch(holder.get()) : image;
        int length = bytes.length;
        while (length > LEAST_SIZE && bytes[length - 1] == 0) {
            length--;
        }
        out.putBytes(Arrays.copyOf(bytes, length));
    }

    void load(StateReader in) {
        byte[] bytes = in.getBytes();
        image = bytes.length > shape.size() ? Arrays.copyOf(bytes, shape.size()) : bytes;
    }
}
