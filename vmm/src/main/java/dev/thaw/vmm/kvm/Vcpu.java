package dev.thaw.vmm.kvm;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * A vCPU of KVM with its run page. Registers and special registers come and go through the run page (KVM_CAP_SYNC_REGS): after
 * {@link #run} they stand there, {@link #markRegistersDirty} hands them back with the next run.
 *
 * <p>Used by one thread at a time, but for {@link #requestExit}. The owner closes it.
 */
public final class Vcpu implements AutoCloseable {
    /** What {@link #run} answers when it was interrupted (EINTR): no exit reason has this number. */
    public static final int INTERRUPTED = -1;

    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int LEGACY_XSAVE_SIZE = 4096;
    private static final long RESET_DR6 = 0xffff_0ff0L;
    private static final long RESET_DR7 = 0x400L;

    private final int fd;
    private final long runSize;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment run;
    private final MemorySegment scratch;
    private final int xsaveSize;
    private final boolean xsave2;

    Vcpu(Kvm kvm, int fd, int xsaveCapability) {
        this.fd = fd;
        this.runSize = kvm.runSize();
        this.xsave2 = xsaveCapability > 0;
        this.xsaveSize = xsave2 ? Math.max(LEGACY_XSAVE_SIZE, xsaveCapability) : LEGACY_XSAVE_SIZE;
        Kvm.check("KVM_SET_CPUID2", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_CPUID2, kvm.cpuid().address()));
        long at = HostMemory.map(0, runSize, HostMemory.PROT_READ | HostMemory.PROT_WRITE, HostMemory.MAP_SHARED, fd, 0);
        this.run = HostMemory.segment(at, runSize, arena);
        this.scratch = arena.allocate(Math.max(xsaveSize, 512), 64);
        run.set(ValueLayout.JAVA_LONG, KvmAbi.RUN_VALID_REGS, KvmAbi.SYNC_REGS);
        setTscOffset(0);
    }

    /**
     * Makes the guest's time-stamp counter the host's plus {@code offset} ticks, the same on every vCPU. A KVM that has no such
     * attribute (before Linux 5.16, or one whose ring 3 reads the processor's counter anyway) is left as it is: whether the
     * counters agree is found out by reading them (ring0.TscProbe).
     */
    private void setTscOffset(long offset) {
        // struct kvm_device_attr: flags 4, group 4, attr 8, addr 8.
        scratch.asSlice(0, 32).fill((byte) 0);
        scratch.set(ValueLayout.JAVA_INT, 4, KvmAbi.KVM_VCPU_TSC_CTRL);
        scratch.set(ValueLayout.JAVA_LONG, 8, KvmAbi.KVM_VCPU_TSC_OFFSET);
        scratch.set(ValueLayout.JAVA_LONG, 16, scratch.address() + 24);
        scratch.set(ValueLayout.JAVA_LONG, 24, offset);
        HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_DEVICE_ATTR, scratch.address());
    }

    /** Thousands of ticks a second of the guest's time-stamp counter; 0 where KVM does not say. */
    public int tscKilohertz() {
        return Math.max(0, HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_TSC_KHZ, 0));
    }

    /** Enters the guest until it exits. Returns the exit reason, or {@link #INTERRUPTED}. @throws KvmException */
    public int run() {
        int r = HostFd.ioctlOrErrno(fd, KvmAbi.KVM_RUN, 0);
        if (r == -EINTR || r == -EAGAIN) {
            return INTERRUPTED;
        }
        Kvm.check("KVM_RUN", r);
        return run.get(ValueLayout.JAVA_INT, KvmAbi.RUN_EXIT_REASON);
    }

    /** Makes the next or the running {@link #run} return at once; for the running one also send its thread a kick. */
    public void requestExit(boolean wanted) {
        run.set(ValueLayout.JAVA_BYTE, KvmAbi.RUN_IMMEDIATE_EXIT, (byte) (wanted ? 1 : 0));
    }

    /** Finishes an exit by {@code out} that KVM keeps pending, so that registers may be read for good or replaced. */
    public void completePendingExit() {
        requestExit(true);
        run();
        requestExit(false);
    }

    public boolean ioIsOut() {
        return run.get(ValueLayout.JAVA_BYTE, KvmAbi.RUN_IO_DIRECTION) == KvmAbi.IO_DIRECTION_OUT;
    }

    public int ioPort() {
        return run.get(ValueLayout.JAVA_SHORT, KvmAbi.RUN_IO_PORT) & 0xffff;
    }

    /** Of an internal error or a failed entry: KVM's own code for it. */
    public long failureCode() {
        return run.get(ValueLayout.JAVA_LONG, KvmAbi.RUN_SUBERROR);
    }

    /** General registers of the last exit, in the order of struct kvm_regs. */
    public void readRegisters(long[] into) {
        MemorySegment.copy(run, ValueLayout.JAVA_LONG, KvmAbi.RUN_REGS, into, 0, KvmAbi.REGS_SIZE / 8);
    }

    public long register(int index) {
        return run.get(ValueLayout.JAVA_LONG, KvmAbi.RUN_REGS + 8L * index);
    }

    public void setRegister(int index, long value) {
        run.set(ValueLayout.JAVA_LONG, KvmAbi.RUN_REGS + 8L * index, value);
    }

    public void writeRegisters(long[] from) {
        MemorySegment.copy(from, 0, run, ValueLayout.JAVA_LONG, KvmAbi.RUN_REGS, KvmAbi.REGS_SIZE / 8);
    }

    /** Hands the run page's general registers to KVM with the next {@link #run}. */
    public void markRegistersDirty() {
        run.set(ValueLayout.JAVA_LONG, KvmAbi.RUN_DIRTY_REGS, 1);
    }

    /**
     * Whether KVM has an exception in hand that ring 3 raised and the next {@link #run} delivers, whatever the registers say then.
     */
    public boolean exceptionPending() {
        return run.get(ValueLayout.JAVA_BYTE, KvmAbi.RUN_EVENTS) != 0 || run.get(ValueLayout.JAVA_BYTE, KvmAbi.RUN_EVENTS + 3) != 0;
    }

    /** CR2 at the last exit: the address of a page fault. */
    public long cr2() {
        return run.get(ValueLayout.JAVA_LONG, KvmAbi.RUN_SREGS + KvmAbi.SREGS_CR2);
    }

    /** The privilege level at the last exit: SS.DPL, as SDM vol. 3C section 25.4.1 has it. */
    public int privilegeLevel() {
        return run.get(ValueLayout.JAVA_BYTE, KvmAbi.RUN_SREGS + KvmAbi.SREGS_SS + KvmAbi.SEGMENT_DPL) & 3;
    }

    public long fsBase() {
        return run.get(ValueLayout.JAVA_LONG, KvmAbi.RUN_SREGS + KvmAbi.SREGS_FS);
    }

    public long gsBase() {
        return run.get(ValueLayout.JAVA_LONG, KvmAbi.RUN_SREGS + KvmAbi.SREGS_GS);
    }

    /** KVM_GET_SREGS, as bytes of struct kvm_sregs. */
    public SpecialRegisters specialRegisters() {
        Kvm.check("KVM_GET_SREGS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_SREGS, scratch.address()));
        return SpecialRegisters.copyOf(scratch);
    }

    /** KVM_SET_SREGS: costs a reset of the MMU; for a new vCPU, not for every entry. */
    public void setSpecialRegisters(SpecialRegisters registers) {
        registers.copyTo(scratch);
        Kvm.check("KVM_SET_SREGS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_SREGS, scratch.address()));
    }

    /** KVM_SET_REGS, with the registers in the order of struct kvm_regs. */
    public void setRegisters(long[] registers) {
        MemorySegment.copy(registers, 0, scratch, ValueLayout.JAVA_LONG, 0, KvmAbi.REGS_SIZE / 8);
        Kvm.check("KVM_SET_REGS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_REGS, scratch.address()));
        writeRegisters(registers);
    }

    /** KVM_SET_MSRS: pairs of index and value. */
    public void setMsrs(long... pairs) {
        int count = pairs.length / 2;
        scratch.set(ValueLayout.JAVA_LONG, 0, count);
        for (int i = 0; i < count; i++) {
            scratch.set(ValueLayout.JAVA_LONG, 8 + 16L * i, pairs[2 * i]);
            scratch.set(ValueLayout.JAVA_LONG, 16 + 16L * i, pairs[2 * i + 1]);
        }
        if (Kvm.check("KVM_SET_MSRS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_MSRS, scratch.address())) != count) {
            throw new KvmException("KVM_SET_MSRS", 22);
        }
    }

    /** KVM_SET_VCPU_EVENTS: no exception, interrupt or NMI is pending or being delivered. */
    public void clearEvents() {
        scratch.asSlice(0, KvmAbi.EVENTS_SIZE).fill((byte) 0);
        Kvm.check("KVM_SET_VCPU_EVENTS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_VCPU_EVENTS, scratch.address()));
    }

    /** KVM_GET_VCPU_EVENTS, as bytes of struct kvm_vcpu_events. */
    public byte[] events() {
        Kvm.check("KVM_GET_VCPU_EVENTS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_VCPU_EVENTS, scratch.address()));
        return scratch.asSlice(0, KvmAbi.EVENTS_SIZE).toArray(ValueLayout.JAVA_BYTE);
    }

    /** KVM_SET_DEBUGREGS: as after a reset, SDM vol. 3A table 11-1. */
    public void clearDebugRegisters() {
        scratch.asSlice(0, KvmAbi.DEBUGREGS_SIZE).fill((byte) 0);
        scratch.set(ValueLayout.JAVA_LONG, KvmAbi.DEBUGREGS_DR6, RESET_DR6);
        scratch.set(ValueLayout.JAVA_LONG, KvmAbi.DEBUGREGS_DR7, RESET_DR7);
        Kvm.check("KVM_SET_DEBUGREGS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_DEBUGREGS, scratch.address()));
    }

    /** Whether the debug registers are as {@link #clearDebugRegisters} leaves them. */
    public boolean debugRegistersClear() {
        Kvm.check("KVM_GET_DEBUGREGS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_DEBUGREGS, scratch.address()));
        boolean addresses = true;
        for (int i = 0; i < 4; i++) {
            addresses &= scratch.get(ValueLayout.JAVA_LONG, 8L * i) == 0;
        }
        return addresses && scratch.get(ValueLayout.JAVA_LONG, KvmAbi.DEBUGREGS_DR6) == RESET_DR6
                && scratch.get(ValueLayout.JAVA_LONG, KvmAbi.DEBUGREGS_DR7) == RESET_DR7;
    }

    /** KVM_SET_XCRS: XCR0, which state components the guest may use. */
    public void setXcr0(long value) {
        scratch.asSlice(0, 0x188).fill((byte) 0);
        scratch.set(ValueLayout.JAVA_INT, 0, 1);
        scratch.set(ValueLayout.JAVA_LONG, 16, value);
        Kvm.check("KVM_SET_XCRS", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_XCRS, scratch.address()));
    }

    /** Bytes of the XSAVE image in standard format. */
    public int xsaveSize() {
        return xsaveSize;
    }

    /** The whole extended state: x87, SSE, AVX, AVX-512 and what else the host has, standard XSAVE format. */
    public byte[] xsave() {
        if (xsave2) {
            Kvm.check("KVM_GET_XSAVE2", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_XSAVE2, scratch.address()));
        } else {
            Kvm.check("KVM_GET_XSAVE", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_XSAVE, scratch.address()));
        }
        return scratch.asSlice(0, xsaveSize).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Sets the whole extended state. @throws KvmException when the image is not one that this processor takes */
    public void setXsave(byte[] image) {
        scratch.asSlice(0, xsaveSize).fill((byte) 0);
        MemorySegment.copy(image, 0, scratch, ValueLayout.JAVA_BYTE, 0, Math.min(image.length, xsaveSize));
        Kvm.check("KVM_SET_XSAVE", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_SET_XSAVE, scratch.address()));
    }

    /** KVM's counters of this vCPU, such as pf_fixed: page faults that KVM answered with a mapping. Empty where KVM has none. */
    public Map<String, Long> statistics() {
        int stats = HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_STATS_FD, 0);
        return stats < 0 ? Map.of() : KvmStatistics.read(stats);
    }

    @Override
    public void close() {
        long at = run.address();
        arena.close();
        HostMemory.unmap(at, runSize);
        HostFd.close(fd);
    }
}
