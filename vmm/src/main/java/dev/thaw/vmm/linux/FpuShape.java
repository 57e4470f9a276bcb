package dev.thaw.vmm.linux;

/**
 * What the extended registers of this host's processors are, as far as programs may use them.
 *
 * @param size bytes of an XSAVE image in standard format, at least {@link FpuState#LEAST_SIZE}
 * @param features the components an image may hold, a bit each as in XCR0
 */
public record FpuShape(int size, long features) {
    /** x87 and SSE: what every x86-64 processor has. */
    public static final FpuShape LEAST = new FpuShape(FpuState.LEAST_SIZE, 3);
}
