package dev.thaw.vmm.linux;

/**
 * A task's x87, vector and other extended registers, as an XSAVE area in standard format (SDM vol. 1 section 13.4): 512 bytes
 * legacy region, 64 bytes header, then each component at the offset CPUID leaf 0xD gives it.
 *
 * <p>The length of the image decides the size of a signal frame: it should end with the last component that programs use
 * without asking (AVX-512, PKRU) and leave out AMX, whose 8 KiB no usual signal stack has room for.
 */
public interface FpuState {
    /** Bytes of the legacy region and the header: the least an image has. */
    int LEAST_SIZE = 576;

    /** Bytes of an image; the same for the life of the VM, at least {@link #LEAST_SIZE}. */
    int size();

    /** The image as the registers stand; the caller's to change. */
    byte[] read();

    /**
     * Replaces the registers. The image has {@link #size} bytes, an XSTATE_BV within {@link #features}, a valid MXCSR
     * and a header that is otherwise zero: the caller has checked it.
     */
    void write(byte[] image);

    /** The components an image may hold, a bit each as in XCR0. */
    long features();
}
