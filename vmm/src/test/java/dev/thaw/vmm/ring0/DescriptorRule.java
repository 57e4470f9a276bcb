package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.EntryRule.canonical;
import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;
import static dev.thaw.vmm.ring0.Ring0Layout.GDT;
import static dev.thaw.vmm.ring0.Ring0Layout.IDT;

import dev.thaw.vmm.kvm.EntryState;
import dev.thaw.vmm.kvm.EntryState.Segment;
import dev.thaw.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * One demand on the tables in guest memory: what a processor reads when ring 0 is entered by an interrupt or left by iretq has to agree
 * with the registers that the VM was entered with.
 *
 * @param holds whether memory meets it, for a VM entered with these registers
 * @param violation makes memory that meets it one that does not
 */
record DescriptorRule(String section, String demand, BiPredicate<GuestMemory, EntryState> holds, Consumer<GuestMemory> violation) {
    /** RSP0 in a 64-bit TSS and its size: SDM vol. 3A figure 8-11. */
    private static final long RSP0 = 4;
    private static final long IO_MAP = 102;
    private static final int TSS_BYTES = 104;
    private static final int INTERRUPT_GATE = 14;
    private static final long DPL = 3L << 45;
    private static final long PRESENT = 1L << 47;

    static List<DescriptorRule> all() {
        List<DescriptorRule> rules = new ArrayList<>();
        segment(rules, "user code", Ring0Layout.USER_CODE, 11, 3, true);
        segment(rules, "user data", Ring0Layout.USER_DATA, 3, 3, false);
        segment(rules, "kernel code", Ring0Layout.KERNEL_CODE, 11, 0, true);
        segment(rules, "kernel data", Ring0Layout.KERNEL_DATA, 3, 0, false);
        taskState(rules);
        for (int vector = 0; vector < Ring0Layout.VECTORS; vector++) {
            gate(rules, vector);
        }
        return List.copyOf(rules);
    }

    private static void segment(List<DescriptorRule> rules, String name, int selector, int type, int level, boolean code) {
        long at = GDT + (selector & ~7);
        rules.add(new DescriptorRule("SDM 3.4.5", "GDT: " + name + " is present, accessed, flat, of level " + level
                + (code ? ", 64-bit" : ""), (m, s) -> {
            long d = m.getLong(at);
            return (d >>> 40 & 15) == type && (d >>> 44 & 1) == 1 && (d >>> 45 & 3) == level && (d & PRESENT) != 0
                    && base(d) == 0 && limit(d) == 0xf_ffff && (d >>> 55 & 1) == 1 && (d >>> 53 & 1) == (code ? 1 : 0)
                    && (d >>> 54 & 1) == (code ? 0 : 1);
        }, m -> m.putLong(at, m.getLong(at) & ~(1L << 40))));
        rules.add(new DescriptorRule("SDM 3.5.1", "GDT: the descriptor of " + name + " lies within the limit",
                (m, s) -> (selector & ~7) + 7 <= s.gdtr.limit && m.getLong(at) != 0, m -> m.putLong(at, 0)));
    }

    private static void taskState(List<DescriptorRule> rules) {
        long at = GDT + Ring0Layout.TSS_SELECTOR;
        rules.add(new DescriptorRule("SDM 8.2.3", "GDT: the TSS descriptor is a present busy 64-bit TSS of level 0", (m, s) ->
                (m.getLong(at) >>> 40 & 0xff) == 0x8b, m -> m.putLong(at, m.getLong(at) & ~(1L << 41))));
        rules.add(new DescriptorRule("SDM 8.2.3", "GDT: bits 12:8 of the TSS descriptor's last word are 0", (m, s) ->
                (m.getLong(at + 8) >>> 40 & 0x1f) == 0, m -> m.putLong(at + 8, m.getLong(at + 8) | 1L << 40)));
        rules.add(new DescriptorRule("SDM 8.2.3", "GDT: the TSS descriptor's base is that of vCPU 0's TSS, and canonical", (m, s) -> {
            long base = base(m.getLong(at)) | m.getLong(at + 8) << 32;
            return canonical(base) && base == FIXED + Ring0Layout.tss(0);
        }, m -> m.putLong(at + 8, 0)));
        rules.add(new DescriptorRule("SDM 8.2.3", "GDT: the TSS descriptor's limit is TR's and holds a 64-bit TSS", (m, s) ->
                limit(m.getLong(at)) == s.tr.limit && s.tr.limit >= TSS_BYTES - 1, m -> m.putLong(at, m.getLong(at) - 1)));
        rules.add(new DescriptorRule("SDM 8.2.3", "GDT: both halves of the TSS descriptor lie within the limit", (m, s) ->
                Ring0Layout.TSS_SELECTOR + 15 <= s.gdtr.limit && m.getLong(at) != 0, m -> m.putLong(at, 0)));
        rules.add(new DescriptorRule("SDM 8.7", "TSS: RSP0 is canonical, a multiple of 16, and in the vCPU's own page", (m, s) -> {
            long tss = s.tr.base - FIXED;
            long stack = unaligned(m, tss + RSP0);
            return canonical(stack) && stack % 16 == 0 && stack - FIXED > tss && stack - FIXED <= tss + GuestMemory.PAGE;
        }, m -> {
            for (int cpu = 0; cpu < Ring0Layout.MAX_CPUS; cpu++) {
                m.putLong(Ring0Layout.tss(cpu), 0);
                m.putLong(Ring0Layout.tss(cpu) + 8, 0);
            }
        }));
        rules.add(new DescriptorRule("SDM vol. 1 19.5.2", "TSS: the I/O map begins beyond the limit, so no port is ring 3's", (m, s) ->
                (unaligned(m, s.tr.base - FIXED + IO_MAP - 6) >>> 48) > s.tr.limit, m -> {
            for (int cpu = 0; cpu < Ring0Layout.MAX_CPUS; cpu++) {
                m.putLong(Ring0Layout.tss(cpu) + 96, 0);
            }
        }));
    }

    private static void gate(List<DescriptorRule> rules, int vector) {
        long at = IDT + 16L * vector;
        boolean open = vector == 3 || vector == 4;
        rules.add(new DescriptorRule("SDM 6.14.1", "IDT: vector " + vector + " is a present interrupt gate to a stub, "
                + (open ? "open to ring 3" : "not open to ring 3"), (m, s) -> {
            long low = m.getLong(at);
            long high = m.getLong(at + 8);
            long offset = low & 0xffff | (low >>> 48) << 16 | high << 32;
            return 16 * vector + 15 <= s.idtr.limit && (low >>> 40 & 0x1f) == INTERRUPT_GATE && (low & PRESENT) != 0
                    && (low & DPL) == (open ? DPL : 0) && (low >>> 32 & 0xff) == 0 && (low >>> 16 & 0xffff) == Ring0Layout.KERNEL_CODE
                    && high >>> 32 == 0 && canonical(offset) && Ring0Layout.inStubs(offset);
        }, m -> m.putLong(at, m.getLong(at) ^ DPL)));
    }

    private static long base(long descriptor) {
        return descriptor >>> 16 & 0xff_ffff | (descriptor >>> 56) << 24;
    }

    private static long limit(long descriptor) {
        return descriptor & 0xffff | (descriptor >>> 48 & 15) << 16;
    }

    private static long unaligned(GuestMemory memory, long at) {
        return memory.segment().get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, at);
    }

    String title() {
        return section + " " + demand;
    }
}
