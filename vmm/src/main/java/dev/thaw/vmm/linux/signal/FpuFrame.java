package dev.thaw.vmm.linux.signal;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.thaw.vmm.linux.FpuState;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * The extended registers in a signal frame: {@code struct _xstate} of arch/x86/include/uapi/asm/sigcontext.h, an XSAVE area whose
 * bytes 464 to 511 say how large it is, with a second magic word behind it.
 */
final class FpuFrame {
    /** The area lies on a 64-byte boundary, as XSAVE wants it. */
    static final long ALIGNMENT = 64;

    private static final int MAGIC1 = 0x4650_5853;
    private static final int MAGIC2 = 0x4650_5845;
    private static final int MAGIC2_SIZE = 4;
    private static final int LEGACY_SIZE = 512;
    /** struct _fpx_sw_bytes. */
    private static final int SOFTWARE = 464;
    private static final int EXTENDED_SIZE = SOFTWARE + 4;
    private static final int FEATURES = SOFTWARE + 8;
    private static final int STATE_SIZE = SOFTWARE + 16;
    /** FXSAVE fields (SDM vol. 1 table 10-2) and the XSAVE header (section 13.4.2). */
    private static final int MXCSR = 24;
    private static final int MXCSR_MASK = 28;
    private static final int X87_END = 160;
    private static final int SSE_END = 416;
    private static final int COMPONENTS = 512;
    private static final int HEADER_REST = 520;
    private static final int HEADER_END = 576;
    private static final long X87 = 1;
    private static final long SSE = 2;
    private static final short INITIAL_CONTROL_WORD = 0x37f;
    private static final int INITIAL_MXCSR = 0x1f80;
    private static final int RESERVED_MXCSR = 0xffff_0000;

    private FpuFrame() {}

    /** Bytes that {@link #image} takes. */
    static long size(FpuState fpu) {
        return fpu.size() + MAGIC2_SIZE;
    }

    /** The registers as the frame holds them. x87 and SSE are always said to be there: old programs rewrite only those. */
    static byte[] image(FpuState fpu) {
        byte[] image = Arrays.copyOf(fpu.read(), fpu.size() + MAGIC2_SIZE);
        MemorySegment segment = MemorySegment.ofArray(image);
        long components = segment.get(JAVA_LONG_UNALIGNED, COMPONENTS) & fpu.features();
        if ((components & X87) == 0) {
            int mxcsr = segment.get(JAVA_INT_UNALIGNED, MXCSR);
            int mask = segment.get(JAVA_INT_UNALIGNED, MXCSR_MASK);
            Arrays.fill(image, 0, X87_END, (byte) 0);
            segment.set(JAVA_SHORT_UNALIGNED, 0, INITIAL_CONTROL_WORD);
            segment.set(JAVA_INT_UNALIGNED, MXCSR, mxcsr);
            segment.set(JAVA_INT_UNALIGNED, MXCSR_MASK, mask);
        }
        if ((components & SSE) == 0) {
            Arrays.fill(image, X87_END, SSE_END, (byte) 0);
        }
        segment.set(JAVA_LONG_UNALIGNED, COMPONENTS, components | X87 | SSE);
        Arrays.fill(image, SOFTWARE, LEGACY_SIZE, (byte) 0);
        segment.set(JAVA_INT_UNALIGNED, SOFTWARE, MAGIC1);
        segment.set(JAVA_INT_UNALIGNED, EXTENDED_SIZE, image.length);
        segment.set(JAVA_LONG_UNALIGNED, FEATURES, fpu.features());
        segment.set(JAVA_INT_UNALIGNED, STATE_SIZE, fpu.size());
        segment.set(JAVA_INT_UNALIGNED, fpu.size(), MAGIC2);
        return image;
    }

    /** The registers in their initial state: what a handler begins with, and a frame without any gives back. */
    static byte[] initial(FpuState fpu) {
        byte[] image = new byte[fpu.size()];
        MemorySegment segment = MemorySegment.ofArray(image);
        segment.set(JAVA_SHORT_UNALIGNED, 0, INITIAL_CONTROL_WORD);
        segment.set(JAVA_INT_UNALIGNED, MXCSR, INITIAL_MXCSR);
        return image;
    }

    /**
     * What the guest hands back, checked; empty where the processor would refuse it. Without the magic words it is an FXSAVE area,
     * and everything beyond it goes back to its initial state.
     *
     * @throws dev.thaw.vmm.linux.GuestError EFAULT when it cannot be read
     */
    static Optional<byte[]> read(FpuState fpu, UserMemory user, long address) {
        if (address == 0) {
            return Optional.of(initial(fpu));
        }
        if ((address & ALIGNMENT - 1) != 0) {
            return Optional.empty();
        }
        byte[] image = Arrays.copyOf(user.readBytes(address, LEGACY_SIZE), fpu.size());
        MemorySegment segment = MemorySegment.ofArray(image);
        if ((segment.get(JAVA_INT_UNALIGNED, MXCSR) & RESERVED_MXCSR) != 0) {
            return Optional.empty();
        }
        int size = extendedSize(fpu, user, address, segment);
        long features = segment.get(JAVA_LONG_UNALIGNED, FEATURES) & fpu.features();
        if (size == 0) {
            segment.set(JAVA_LONG_UNALIGNED, COMPONENTS, X87 | SSE);
        } else {
            byte[] rest = user.readBytes(address + LEGACY_SIZE, size - LEGACY_SIZE);
            System.arraycopy(rest, 0, image, LEGACY_SIZE, rest.length);
            for (int i = HEADER_REST; i < HEADER_END; i++) {
                if (image[i] != 0) {
                    return Optional.empty();
                }
            }
            segment.set(JAVA_LONG_UNALIGNED, COMPONENTS, segment.get(JAVA_LONG_UNALIGNED, COMPONENTS) & features);
        }
        Arrays.fill(image, SOFTWARE, LEGACY_SIZE, (byte) 0);
        return Optional.of(image);
    }

    /** Bytes of the XSAVE area at {@code address}; 0 when it is a plain FXSAVE area. */
    private static int extendedSize(FpuState fpu, UserMemory user, long address, MemorySegment legacy) {
        int size = legacy.get(JAVA_INT_UNALIGNED, STATE_SIZE);
        boolean extended = legacy.get(JAVA_INT_UNALIGNED, SOFTWARE) == MAGIC1 && size >= FpuState.LEAST_SIZE
                && size <= fpu.size() && size <= legacy.get(JAVA_INT_UNALIGNED, EXTENDED_SIZE)
                && user.readInt(address + size) == MAGIC2;
        return extended ? size : 0;
    }
}
