package dev.thaw.vmm.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The registers of a VM entry in plain fields, for tests of what processors demand of them. Changing one shows what a rule would say
 * to another state.
 */
public final class EntryState {
    public long cr0;
    public long cr3;
    public long cr4;
    public long efer;
    public long rip;
    public long rflags;
    public long lstar;
    public Segment cs;
    public Segment ss;
    public Segment ds;
    public Segment es;
    public Segment fs;
    public Segment gs;
    public Segment tr;
    public Segment ldtr;
    public Table gdtr;
    public Table idtr;

    /** struct kvm_segment, asm/kvm.h. */
    public static final class Segment {
        public long base;
        public long limit;
        public int selector;
        public int type;
        public boolean present;
        public int dpl;
        public boolean db;
        public boolean system;
        public boolean longMode;
        public boolean granular;
        public boolean unusable;

        private Segment(SpecialRegisters from, int at) {
            base = from.longAt(at);
            long rest = from.longAt(at + 8);
            limit = rest & 0xffff_ffffL;
            selector = (int) (rest >>> 32) & 0xffff;
            type = (int) (rest >>> 48) & 0xff;
            present = (rest >>> 56 & 0xff) != 0;
            long flags = from.longAt(at + 16);
            dpl = (int) flags & 0xff;
            db = (flags >>> 8 & 0xff) != 0;
            system = (flags >>> 16 & 0xff) == 0;
            longMode = (flags >>> 24 & 0xff) != 0;
            granular = (flags >>> 32 & 0xff) != 0;
            unusable = (flags >>> 48 & 0xff) != 0;
        }

        public int privilege() {
            return selector & 3;
        }

        /** The table indicator: whether the selector is one of the LDT. */
        public boolean local() {
            return (selector & 4) != 0;
        }
    }

    /** struct kvm_dtable, asm/kvm.h. */
    public static final class Table {
        public long base;
        public int limit;

        private Table(SpecialRegisters from, int at) {
            base = from.longAt(at);
            limit = (int) from.longAt(at + KvmAbi.TABLE_LIMIT) & 0xffff;
        }
    }

    public static EntryState of(SpecialRegisters registers, long rip, long rflags, long lstar) {
        EntryState state = new EntryState();
        state.cr0 = registers.longAt(KvmAbi.SREGS_CR0);
        state.cr3 = registers.longAt(KvmAbi.SREGS_CR3);
        state.cr4 = registers.longAt(KvmAbi.SREGS_CR4);
        state.efer = registers.longAt(KvmAbi.SREGS_EFER);
        state.rip = rip;
        state.rflags = rflags;
        state.lstar = lstar;
        state.cs = new Segment(registers, KvmAbi.SREGS_CS);
        state.ss = new Segment(registers, KvmAbi.SREGS_SS);
        state.ds = new Segment(registers, KvmAbi.SREGS_DS);
        state.es = new Segment(registers, KvmAbi.SREGS_ES);
        state.fs = new Segment(registers, KvmAbi.SREGS_FS);
        state.gs = new Segment(registers, KvmAbi.SREGS_GS);
        state.tr = new Segment(registers, KvmAbi.SREGS_TR);
        state.ldtr = new Segment(registers, KvmAbi.SREGS_LDT);
        state.gdtr = new Table(registers, KvmAbi.SREGS_GDT);
        state.idtr = new Table(registers, KvmAbi.SREGS_IDT);
        return state;
    }

    /** Special registers in which nothing is right yet: whatever an entry state is to have has to be put there. */
    public static SpecialRegisters noise() {
        MemorySegment bytes = MemorySegment.ofArray(new long[KvmAbi.SREGS_SIZE / 8]);
        for (long at = 0; at < KvmAbi.SREGS_SIZE; at++) {
            bytes.set(ValueLayout.JAVA_BYTE, at, (byte) 0xa5);
        }
        return SpecialRegisters.copyOf(bytes);
    }
}
