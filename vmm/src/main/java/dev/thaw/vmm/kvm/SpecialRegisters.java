package dev.thaw.vmm.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** struct kvm_sregs: segments, tables, control registers. A value: setters change this copy only. */
public final class SpecialRegisters {
    /** Descriptor types, SDM vol. 3A tables 3-1 and 3-2. */
    private static final int TYPE_CODE = 11;
    private static final int TYPE_DATA = 3;
    private static final int TYPE_BUSY_TSS = 11;

    private final MemorySegment bytes;

    private SpecialRegisters(MemorySegment bytes) {
        this.bytes = bytes;
    }

    static SpecialRegisters copyOf(MemorySegment source) {
        MemorySegment bytes = MemorySegment.ofArray(new long[KvmAbi.SREGS_SIZE / 8]);
        MemorySegment.copy(source, 0, bytes, 0, KvmAbi.SREGS_SIZE);
        return new SpecialRegisters(bytes);
    }

    /** A copy to change. */
    public SpecialRegisters copy() {
        return copyOf(bytes);
    }

    /** Whether all that a program could see of them is the same: CR2 and what KVM keeps beside them may differ. */
    public boolean sameSegmentsAndControl(SpecialRegisters other) {
        return MemorySegment.mismatch(bytes, 0, KvmAbi.SREGS_CR0 + 8, other.bytes, 0, KvmAbi.SREGS_CR0 + 8) < 0
                && MemorySegment.mismatch(bytes, KvmAbi.SREGS_CR3, KvmAbi.SREGS_CR4 + 8, other.bytes, KvmAbi.SREGS_CR3,
                        KvmAbi.SREGS_CR4 + 8) < 0;
    }

    void copyTo(MemorySegment target) {
        MemorySegment.copy(bytes, 0, target, 0, KvmAbi.SREGS_SIZE);
    }

    /** Flat 64-bit code and stack segments of a privilege level; the data segments null, as Linux has them in 64-bit mode. */
    public SpecialRegisters flatSegments(int codeSelector, int stackSelector, int level) {
        segment(KvmAbi.SREGS_CS, codeSelector, TYPE_CODE, level, true);
        segment(KvmAbi.SREGS_SS, stackSelector, TYPE_DATA, level, false);
        for (int at : new int[] {KvmAbi.SREGS_DS, KvmAbi.SREGS_ES, KvmAbi.SREGS_FS, KvmAbi.SREGS_GS, KvmAbi.SREGS_LDT}) {
            bytes.asSlice(at, 24).fill((byte) 0);
            bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_UNUSABLE, (byte) 1);
        }
        return this;
    }

    private void segment(int at, int selector, int type, int level, boolean code) {
        bytes.asSlice(at, 24).fill((byte) 0);
        bytes.set(ValueLayout.JAVA_INT, at + KvmAbi.SEGMENT_LIMIT, -1);
        bytes.set(ValueLayout.JAVA_SHORT, at + KvmAbi.SEGMENT_SELECTOR, (short) selector);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_TYPE, (byte) type);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_PRESENT, (byte) 1);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_DPL, (byte) level);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_DB, (byte) (code ? 0 : 1));
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_S, (byte) 1);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_L, (byte) (code ? 1 : 0));
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_G, (byte) 1);
    }

    /** The task register: a busy 64-bit TSS, as an entry check of VT-x wants it. */
    public SpecialRegisters taskState(int selector, long base, int limit) {
        int at = KvmAbi.SREGS_TR;
        bytes.asSlice(at, 24).fill((byte) 0);
        bytes.set(ValueLayout.JAVA_LONG, at, base);
        bytes.set(ValueLayout.JAVA_INT, at + KvmAbi.SEGMENT_LIMIT, limit);
        bytes.set(ValueLayout.JAVA_SHORT, at + KvmAbi.SEGMENT_SELECTOR, (short) selector);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_TYPE, (byte) TYPE_BUSY_TSS);
        bytes.set(ValueLayout.JAVA_BYTE, at + KvmAbi.SEGMENT_PRESENT, (byte) 1);
        return this;
    }

    public SpecialRegisters descriptorTables(long gdt, int gdtLimit, long idt, int idtLimit) {
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_GDT, gdt);
        bytes.set(ValueLayout.JAVA_SHORT, KvmAbi.SREGS_GDT + KvmAbi.TABLE_LIMIT, (short) gdtLimit);
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_IDT, idt);
        bytes.set(ValueLayout.JAVA_SHORT, KvmAbi.SREGS_IDT + KvmAbi.TABLE_LIMIT, (short) idtLimit);
        return this;
    }

    public SpecialRegisters control(long cr0, long cr3, long cr4, long efer) {
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_CR0, cr0);
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_CR3, cr3);
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_CR4, cr4);
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_EFER, efer);
        return this;
    }

    public SpecialRegisters threadBases(long fs, long gs) {
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_FS, fs);
        bytes.set(ValueLayout.JAVA_LONG, KvmAbi.SREGS_GS, gs);
        return this;
    }

    /** A field of struct kvm_sregs by its offset, for the entry-rule test. */
    long longAt(int offset) {
        return bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }
}
