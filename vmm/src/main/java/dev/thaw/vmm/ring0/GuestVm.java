package dev.thaw.vmm.ring0;

import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.ring0.GuestCpu.CodeReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A VM with memory that holds ring 0, and its vCPUs: the first at once, each other when it is asked for. Owns them; {@link #close}
 * comes after the last of them has run. Vcpus are made by one thread at a time, any thread.
 */
public final class GuestVm implements AutoCloseable {
    private final BlankVm blank;
    private final GuestMemory memory;
    private final CodeReader code;
    private final List<GuestCpu> cpus = new ArrayList<>();

    /**
     * Gives a blank VM its memory and takes it over, also when this fails.
     *
     * @throws dev.thaw.vmm.kvm.KvmException
     */
    public GuestVm(BlankVm blank, GuestMemory memory, CodeReader code) {
        this.blank = blank;
        this.memory = memory;
        this.code = code;
        try {
            blank.vm().setMemory(memory.address(), memory.size());
            cpus.add(new GuestCpu(blank.first(), memory, code));
        } catch (RuntimeException e) {
            blank.close();
            throw e;
        }
    }

    /** vCPU 0. */
    public GuestCpu first() {
        return cpus.getFirst();
    }

    /** All that there are, vCPU 0 first. */
    public List<GuestCpu> all() {
        synchronized (cpus) {
            return List.copyOf(cpus);
        }
    }

    /** Writes the parts of ring 0 that each vCPU has of its own, after memory was put back to a time when there were fewer. */
    public void writeOwnParts() {
        all().forEach(cpu -> Ring0Image.tss(memory, cpu.index()));
    }

    /** Makes the next vCPU. @throws dev.thaw.vmm.kvm.KvmException when KVM has no room for it */
    public GuestCpu add() {
        synchronized (cpus) {
            int index = cpus.size();
            Ring0Image.tss(memory, index);
            GuestCpu cpu = new GuestCpu(BlankVcpu.create(blank.kvm(), blank.vm(), index), memory, code);
            cpus.add(cpu);
            return cpu;
        }
    }

    /** No kick reaches a vCPU any more: before the VM is closed while others may still want to interrupt it. */
    public void closeKicks() {
        synchronized (cpus) {
            cpus.forEach(cpu -> cpu.kick().close());
        }
    }

    @Override
    public void close() {
        closeKicks();
        cpus.forEach(GuestCpu::close);
        blank.vm().close();
    }
}
