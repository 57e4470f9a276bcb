package dev.thaw.vmm;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.linux.FpuState;
import dev.thaw.vmm.ring0.GuestCpu;
import java.util.Arrays;

/** A task's extended registers where they are: in its vCPU. */
final class VcpuFpu implements FpuState {
    private final GuestCpu cpu;
    private final int size;
    private final long features;

    VcpuFpu(GuestCpu cpu, Kvm kvm) {
        this.cpu = cpu;
        this.size = kvm.xsaveBytes();
        this.features = Integer.toUnsignedLong(kvm.features().xcr0());
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public byte[] read() {
        return Arrays.copyOf(cpu.xsave(), size);
    }

    @Override
    public void write(byte[] image) {
        cpu.setXsave(image);
    }

    @Override
    public long features() {
        return features;
    }
}
