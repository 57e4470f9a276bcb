package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;
import static dev.thaw.vmm.ring0.Ring0Layout.LINEAR;

import dev.thaw.vmm.host.DataSegments;
import dev.thaw.vmm.kvm.KvmAbi;
import dev.thaw.vmm.kvm.SpecialRegisters;
import dev.thaw.vmm.kvm.Vcpu;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTableEdits;
import java.util.Map;
import java.util.Optional;

/**
 * A vCPU as a machine that runs ring 3: takes a task's registers in, gives a {@link Trap} back.
 *
 * <p>Between two entries the vCPU is at one of two places. In ring 3 (new, or interrupted there): registers are set as they
 * are. At a stub (after a trap, or interrupted before the return): the monitor writes an {@code iretq} frame with the registers
 * wanted and resumes at the return stub. Interrupted on the way from ring 3 into a stub, or with an exception of ring 3 that KVM has
 * not yet delivered, the vCPU is run on to the stub's port: so whenever an entry is over, the next one may be another task's.
 *
 * <p>On kvm_pvm {@code syscall} of ring 3 shows as a page fault at LSTAR with error code 0x14; that and only that, with a
 * {@code syscall} instruction in front of rcx, is taken for one. A port write is believed only at level 0 within the stubs.
 */
public final class GuestCpu implements AutoCloseable {
    /** struct kvm_regs indices. */
    private static final int RAX = 0;
    private static final int RBX = 1;
    private static final int RCX = 2;
    private static final int RSI = 4;
    private static final int RSP = 6;
    private static final int R11 = 11;
    private static final int RIP = 16;
    private static final int RFLAGS = 17;

    /** MSRs, SDM vol. 4 table 2-2. */
    private static final long MSR_FS_BASE = 0xc000_0100L;
    private static final long MSR_GS_BASE = 0xc000_0101L;
    private static final int GENERAL_PROTECTION = 13;
    private static final int PAGE_FAULT = 14;
    /** User, instruction fetch; the present bit differs between kinds of KVM and is not looked at for LSTAR. */
    private static final long FETCH_BY_USER = 0x14;
    /** Vectors whose frame has an error code on top: SDM vol. 3A table 6-1. */
    private static final int ERROR_CODE_VECTORS = 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17
            | 1 << 21 | 1 << 29 | 1 << 30;
    /** Beyond as many edits one reload of CR3 is cheaper than an invlpg each. */
    private static final int FEW_EDITS = 8;

    private enum Place { RING3, STUB }

    /** Tells whether an address of ring 3 holds a {@code syscall} instruction (0f 05). Asked without any lock; must not wait. */
    @FunctionalInterface
    public interface CodeReader {
        boolean isSyscall(long address);
    }

    private final GuestMemory memory;
    private final int index;
    private final long frame;
    private final Vcpu vcpu;
    private final SpecialRegisters special;
    private final CodeReader code;
    private final Kick kick;
    private Place place = Place.RING3;
    private boolean stale;
    /** Whether it has not run since it was made or reset. */
    private boolean unused = true;
    private long fsBase;
    private long gsBase;

    GuestCpu(BlankVcpu blank, GuestMemory memory, CodeReader code) {
        this.memory = memory;
        this.code = code;
        this.index = blank.index();
        this.frame = Ring0Layout.stackTop(index) - 40;
        this.vcpu = blank.vcpu();
        this.special = blank.special();
        this.kick = new Kick(vcpu);
    }

    /** Which of the VM's vCPUs this is, from 0. */
    public int index() {
        return index;
    }

    /** Another vCPU has changed page tables: this one drops its translations before it runs ring 3 again. */
    public void flushBeforeEntry() {
        stale = true;
    }

    /** KVM's counters of the vCPU, for measurements. */
    public Map<String, Long> statistics() {
        return vcpu.statistics();
    }

    /** How another thread interrupts {@link #enter}. */
    public Kick kick() {
        return kick;
    }

    /** The extended state; only between entries. */
    public byte[] xsave() {
        settle();
        return vcpu.xsave();
    }

    public void setXsave(byte[] image) {
        vcpu.setXsave(image);
    }

    public int xsaveSize() {
        return vcpu.xsaveSize();
    }

    /** The thread bases as the processor has them: ring 3 may have changed them itself (FSGSBASE). */
    public long fsBase() {
        return fsBase;
    }

    public long gsBase() {
        return gsBase;
    }

    /** Sets bases that the next entry uses. */
    public void setBases(long fs, long gs) {
        if (fs != fsBase) {
            vcpu.setMsrs(MSR_FS_BASE, fs);
            fsBase = fs;
        }
        if (gs != gsBase) {
            vcpu.setMsrs(MSR_GS_BASE, gs);
            gsBase = gs;
        }
    }

    /**
     * Makes ring 0 apply the edits, so that neither a TLB nor a shadow keeps an old translation. Returns false when ring 0 or KVM
     * failed: the VM is of no more use.
     */
    public boolean apply(PageTableEdits edits) {
        toRing0();
        for (int first = 0; first < edits.count(); first += Ring0Layout.MAX_EDITS) {
            int count = Math.min(Ring0Layout.MAX_EDITS, edits.count() - first);
            for (int i = 0; i < count; i++) {
                long at = Ring0Layout.EDITS + (long) i * Ring0Layout.EDIT_SIZE;
                memory.putLong(at, LINEAR + edits.entry(first + i));
                memory.putLong(at + 8, edits.value(first + i));
                memory.putLong(at + 16, edits.virtual(first + i));
            }
            vcpu.setRegister(RBX, FIXED + Ring0Layout.EDITS);
            vcpu.setRegister(RCX, count);
            vcpu.setRegister(RSP, FIXED + Ring0Layout.stackTop(index));
            vcpu.setRegister(RFLAGS, EntryRegisters.RING0_FLAGS);
            vcpu.setRegister(RSI, Ring0Layout.PML4);
            vcpu.setRegister(RIP, FIXED + (count > FEW_EDITS ? Ring0Layout.STUB_EDIT_MANY : Ring0Layout.STUB_EDIT));
            vcpu.markRegistersDirty();
            int reason;
            do {
                // A kick meanwhile is left for the next entry: the edits are few and cannot wait.
                vcpu.requestExit(false);
                reason = vcpu.run();
            } while (reason == Vcpu.INTERRUPTED);
            if (reason != KvmAbi.KVM_EXIT_IO || vcpu.ioPort() != Ring0Layout.PORT_EDITS_DONE
                    || vcpu.privilegeLevel() != 0) {
                return false;
            }
        }
        edits.clear();
        return true;
    }

    /**
     * Makes the vCPU one that has run nothing: what was pending is finished or dropped, segments, thread bases, control and debug
     * registers are those of a new vCPU, and no translation of before is used. General and extended registers come with the task that is
     * entered next. Only between entries.
     */
    public void reset() {
        settle();
        vcpu.clearEvents();
        vcpu.setSpecialRegisters(EntryRegisters.ring0(special, 0, 0));
        vcpu.clearDebugRegisters();
        vcpu.setMsrs(MSR_FS_BASE, 0, MSR_GS_BASE, 0);
        fsBase = 0;
        gsBase = 0;
        place = Place.STUB;
        unused = true;
    }

    /** What of the vCPU is not as {@link #reset} leaves it; empty when nothing. Asks KVM, not this object. */
    public Optional<String> differsFromNew() {
        SpecialRegisters wanted = EntryRegisters.ring0(special, 0, 0);
        if (!vcpu.specialRegisters().sameSegmentsAndControl(wanted)) {
            return Optional.of("segments or control registers of vCPU " + index);
        }
        if (!vcpu.debugRegistersClear()) {
            return Optional.of("debug registers of vCPU " + index);
        }
        byte[] events = vcpu.events();
        return events[0] == 0 && events[3] == 0 ? Optional.empty() : Optional.of("a pending exception of vCPU " + index);
    }

    private void toRing0() {
        if (place == Place.RING3) {
            vcpu.setSpecialRegisters(EntryRegisters.ring0(special, fsBase, gsBase));
            place = Place.STUB;
        }
    }

    /**
     * Runs ring 3 with these registers until it traps.
     *
     * @param registers in the order of struct kvm_regs; changed to what ring 3 had when it came out
     */
    public Trap enter(long[] registers) {
        if (!EntryRegisters.canBeEntered(registers[RIP])) {
            return new Trap.Exception(GENERAL_PROTECTION, 0);
        }
        if (stale) {
            toRing0();
        }
        if (unused) {
            DataSegments.clear();
            unused = false;
        }
        switch (place) {
            case RING3 -> {
                vcpu.writeRegisters(registers);
                vcpu.setRegister(RFLAGS, EntryRegisters.userFlags(registers[RFLAGS]));
                vcpu.markRegistersDirty();
            }
            case STUB -> {
                memory.putLong(frame, registers[RIP]);
                memory.putLong(frame + 8, Ring0Layout.USER_CODE);
                memory.putLong(frame + 16, EntryRegisters.userFlags(registers[RFLAGS]));
                memory.putLong(frame + 24, registers[RSP]);
                memory.putLong(frame + 32, Ring0Layout.USER_DATA);
                vcpu.writeRegisters(registers);
                if (stale) {
                    memory.putLong(frame - 8, registers[RAX]);
                    vcpu.setRegister(RAX, Ring0Layout.PML4);
                    vcpu.setRegister(RSP, FIXED + frame - 8);
                    vcpu.setRegister(RIP, FIXED + Ring0Layout.STUB_FLUSH_RETURN);
                } else {
                    vcpu.setRegister(RSP, FIXED + frame);
                    vcpu.setRegister(RIP, FIXED + Ring0Layout.STUB_RETURN);
                }
                vcpu.setRegister(RFLAGS, EntryRegisters.RING0_FLAGS);
                vcpu.markRegistersDirty();
            }
        }
        int reason = kick.run();
        while (interrupted(reason) && (vcpu.privilegeLevel() == 0 ? !returning() : vcpu.exceptionPending())) {
            // A kick meanwhile is left for the next entry.
            vcpu.requestExit(false);
            reason = vcpu.run();
        }
        if (interrupted(reason)) {
            place = vcpu.privilegeLevel() == 0 ? Place.STUB : Place.RING3;
            if (place == Place.RING3) {
                stale = false;
                vcpu.readRegisters(registers);
                readBases();
                takeBackSystemCall(registers);
            }
            return new Trap.Interrupted();
        }
        stale = false;
        if (reason != KvmAbi.KVM_EXIT_IO) {
            return broken(reason, registers);
        }
        vcpu.readRegisters(registers);
        readBases();
        if (vcpu.privilegeLevel() != 0 || !Ring0Layout.inStubs(registers[RIP]) || !vcpu.ioIsOut()) {
            return forged(registers);
        }
        place = Place.STUB;
        int port = vcpu.ioPort();
        if (port == Ring0Layout.PORT_SYSCALL) {
            registers[RIP] = registers[RCX];
            registers[RFLAGS] = registers[R11];
            return new Trap.SystemCall();
        }
        int vector = port - Ring0Layout.PORT_VECTOR;
        if (vector < 0 || vector >= Ring0Layout.VECTORS) {
            return new Trap.Broken("ring 0 wrote to port 0x" + Integer.toHexString(port));
        }
        return exception(vector, registers);
    }

    /** Whether ring 0 is on its way to ring 3: the task has not run, and its registers are those that were handed in. */
    private boolean returning() {
        long at = vcpu.register(RIP) - FIXED;
        return at >= Ring0Layout.STUB_RETURN && at < Ring0Layout.STUB_EDIT;
    }

    private Trap exception(int vector, long[] registers) {
        long at = registers[RSP] - FIXED;
        boolean hasError = (ERROR_CODE_VECTORS >>> vector & 1) != 0;
        long frame = hasError ? at + 8 : at;
        if (at < Ring0Layout.stackBottom(index) || frame + 40 > Ring0Layout.stackTop(index)) {
            return new Trap.Broken("vector " + vector + " with the ring-0 stack at 0x"
                    + Long.toHexString(registers[RSP]));
        }
        long error = hasError ? memory.getLong(at) : 0;
        long selector = memory.getLong(frame + 8);
        registers[RIP] = memory.getLong(frame);
        if ((selector & 3) != 3) {
            return new Trap.Broken("vector " + vector + " in ring 0 at 0x" + Long.toHexString(registers[RIP])
                    + ", error 0x" + Long.toHexString(error) + ", address 0x" + Long.toHexString(vcpu.cr2()));
        }
        registers[RFLAGS] = memory.getLong(frame + 16);
        registers[RSP] = memory.getLong(frame + 24);
        if (vector != PAGE_FAULT) {
            return new Trap.Exception(vector, error);
        }
        long address = vcpu.cr2();
        if (address == FIXED + Ring0Layout.STUB_SYSCALL && registers[RIP] != address && (error & FETCH_BY_USER) == FETCH_BY_USER) {
            // The fault of a system call that was taken back, still queued in KVM.
            return new Trap.Interrupted();
        }
        boolean atEntry = address == FIXED + Ring0Layout.STUB_SYSCALL && registers[RIP] == address
                && (error & FETCH_BY_USER) == FETCH_BY_USER;
        if (atEntry && code.isSyscall(registers[RCX] - 2)) {
            registers[RIP] = registers[RCX];
            registers[RFLAGS] = registers[R11];
            return new Trap.SystemCall();
        }
        return new Trap.PageFault(address, error);
    }

    /**
     * On kvm_pvm an interruption can come when {@code syscall} has jumped to LSTAR in ring 3 and its fault has not come yet. No
     * signal frame may show that address: the instruction is made again.
     */
    private void takeBackSystemCall(long[] registers) {
        if (registers[RIP] == FIXED + Ring0Layout.STUB_SYSCALL && code.isSyscall(registers[RCX] - 2)) {
            registers[RIP] = registers[RCX] - 2;
            registers[RFLAGS] = registers[R11];
        }
    }

    /** A port exit that is not ours: ring 3 did it. The exit is finished first, then rip is put back on the instruction. */
    private Trap forged(long[] registers) {
        long rip = registers[RIP];
        settle();
        registers[RIP] = rip;
        place = Place.RING3;
        return vcpu.privilegeLevel() == 3 ? new Trap.PortAccess()
                : new Trap.Broken("ring 0 did port I/O at 0x" + Long.toHexString(rip));
    }

    private Trap broken(int reason, long[] registers) {
        vcpu.readRegisters(registers);
        if (vcpu.privilegeLevel() == 3 && (reason == KvmAbi.KVM_EXIT_INTERNAL_ERROR || reason == KvmAbi.KVM_EXIT_HLT)) {
            // An instruction of ring 3 that KVM had to emulate and cannot.
            place = Place.RING3;
            return new Trap.Exception(6, 0);
        }
        return new Trap.Broken("KVM exit " + reason + " at rip 0x" + Long.toHexString(registers[RIP]) + ", level "
                + vcpu.privilegeLevel() + ", code 0x" + Long.toHexString(vcpu.failureCode()));
    }

    private static boolean interrupted(int reason) {
        return reason == Vcpu.INTERRUPTED || reason == KvmAbi.KVM_EXIT_INTR;
    }

    private void readBases() {
        fsBase = vcpu.fsBase();
        gsBase = vcpu.gsBase();
    }

    /** Finishes a pending exit, so that what is read of the vCPU is final. */
    private void settle() {
        vcpu.completePendingExit();
    }

    @Override
    public void close() {
        vcpu.close();
    }
}
