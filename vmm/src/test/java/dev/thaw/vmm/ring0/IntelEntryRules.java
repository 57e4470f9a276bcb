package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.EntryRule.NOT_CANONICAL;
import static dev.thaw.vmm.ring0.EntryRule.bit;
import static dev.thaw.vmm.ring0.EntryRule.canonical;
import static dev.thaw.vmm.ring0.EntryRule.ofSegment;

import dev.thaw.vmm.kvm.EntryState;
import dev.thaw.vmm.kvm.EntryState.Segment;
import dev.thaw.vmm.ring0.EntryRule.SegmentName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Intel SDM vol. 3C section 27.3.1, "Checks on the Guest State Area", for what the monitor sets: a 64-bit guest ("IA-32e mode guest"
 * is 1, virtual-8086 mode is not), without "unrestricted guest", which older processors do not have. Left out are fields that only
 * KVM fills: debug registers, SYSENTER and performance MSRs, the activity state, the VMCS link pointer.
 */
final class IntelEntryRules {
    private static final String CONTROL = "SDM 27.3.1.1";
    private static final String SEGMENTS = "SDM 27.3.1.2";
    private static final String TABLES = "SDM 27.3.1.3";
    private static final String RIP_AND_FLAGS = "SDM 27.3.1.4";

    /** IA32_VMX_CR0_FIXED0, SDM vol. 3D appendix A.7: PE, NE, PG. */
    private static final long CR0_FIXED = 0x8000_0021L;
    private static final long CR0_DEFINED = 0xe005_003fL;
    /** VME to OSXMMEXCPT and OSXSAVE: what any processor with VT-x and XSAVE lets a guest set (appendix A.8). */
    private static final long CR4_COMMON = 0x4_07ffL;
    private static final long EFER_DEFINED = 0xd01L;
    /** The smallest physical-address width of a 64-bit processor. */
    private static final int PHYSICAL_BITS = 36;
    private static final long RFLAGS_RESERVED = 0xffff_ffff_ffc0_8028L;

    private IntelEntryRules() {}

    static List<EntryRule> all() {
        List<EntryRule> rules = new ArrayList<>();
        control(rules);
        selectors(rules);
        bases(rules);
        codeAndStack(rules);
        for (SegmentName name : List.of(SegmentName.SS, SegmentName.DS, SegmentName.ES, SegmentName.FS, SegmentName.GS)) {
            data(rules, name);
        }
        system(rules);
        tables(rules);
        return List.copyOf(rules);
    }

    private static void control(List<EntryRule> rules) {
        add(rules, CONTROL, "CR0: PE, NE and PG are 1, as VMX operation fixes them", s -> (s.cr0 & CR0_FIXED) == CR0_FIXED,
                s -> s.cr0 &= ~0x20L);
        add(rules, CONTROL, "CR0: no reserved bit is 1", s -> (s.cr0 & ~CR0_DEFINED) == 0, s -> s.cr0 |= 1L << 40);
        add(rules, CONTROL, "CR0: PE is 1 if PG is 1", s -> !bit(s.cr0, 31) || bit(s.cr0, 0), s -> s.cr0 &= ~1L);
        add(rules, CONTROL, "CR4: no bit is 1 that VMX operation fixes to 0", s -> (s.cr4 & ~CR4_COMMON) == 0, s -> s.cr4 |= 1L << 31);
        add(rules, CONTROL, "CR4: CET is 0 or CR0.WP is 1", s -> !bit(s.cr4, 23) || bit(s.cr0, 16), s -> {
            s.cr4 |= 1L << 23;
            s.cr0 &= ~(1L << 16);
        });
        add(rules, CONTROL, "CR0.PG and CR4.PAE are 1 in an IA-32e mode guest",
                s -> !bit(s.efer, 10) || bit(s.cr0, 31) && bit(s.cr4, 5), s -> s.cr4 &= ~0x20L);
        add(rules, CONTROL, "CR4.PCIDE is 0 unless the guest is in IA-32e mode", s -> !bit(s.cr4, 17) || bit(s.efer, 10), s -> {
            s.cr4 |= 1L << 17;
            s.efer &= ~(1L << 10);
        });
        add(rules, CONTROL, "CR3: no bit beyond the physical-address width is 1", s -> s.cr3 >>> PHYSICAL_BITS == 0,
                s -> s.cr3 |= 1L << 52);
        add(rules, CONTROL, "IA32_EFER: no reserved bit is 1", s -> (s.efer & ~EFER_DEFINED) == 0, s -> s.efer |= 2);
        add(rules, CONTROL, "IA32_EFER.LMA is 1, as \"IA-32e mode guest\" is", s -> bit(s.efer, 10), s -> s.efer &= ~(1L << 10));
        add(rules, CONTROL, "IA32_EFER.LMA is LME, as CR0.PG is 1", s -> bit(s.efer, 10) == bit(s.efer, 8), s -> s.efer &= ~(1L << 8));
        add(rules, "SDM vol. 2B WRMSR", "IA32_LSTAR is canonical", s -> canonical(s.lstar), s -> s.lstar = NOT_CANONICAL);
    }

    private static void selectors(List<EntryRule> rules) {
        rules.add(ofSegment(SEGMENTS, SegmentName.TR, "the selector's TI flag is 0", s -> !s.local(), s -> s.selector |= 4));
        usable(rules, SegmentName.LDTR, "the selector's TI flag is 0", s -> !s.local(), s -> s.selector |= 4);
        add(rules, SEGMENTS, "SS: the selector's RPL is CS's", s -> s.ss.privilege() == s.cs.privilege(), s -> s.ss.selector ^= 3);
    }

    private static void bases(List<EntryRule> rules) {
        for (SegmentName name : List.of(SegmentName.TR, SegmentName.FS, SegmentName.GS)) {
            rules.add(ofSegment(SEGMENTS, name, "the base is canonical", s -> canonical(s.base), s -> s.base = NOT_CANONICAL));
        }
        usable(rules, SegmentName.LDTR, "the base is canonical", s -> canonical(s.base), s -> s.base = NOT_CANONICAL);
        rules.add(ofSegment(SEGMENTS, SegmentName.CS, "bits 63:32 of the base are 0", s -> s.base >>> 32 == 0, s -> s.base = 1L << 32));
        for (SegmentName name : List.of(SegmentName.SS, SegmentName.DS, SegmentName.ES)) {
            usable(rules, name, "bits 63:32 of the base are 0", s -> s.base >>> 32 == 0, s -> s.base = 1L << 32);
        }
    }

    private static void codeAndStack(List<EntryRule> rules) {
        SegmentName cs = SegmentName.CS;
        rules.add(ofSegment(SEGMENTS, cs, "the type is an accessed code segment's: 9, 11, 13 or 15",
                s -> s.type == 9 || s.type == 11 || s.type == 13 || s.type == 15, s -> s.type = 10));
        rules.add(ofSegment(SEGMENTS, cs, "S is 1", s -> !s.system, s -> s.system = true));
        rules.add(ofSegment(SEGMENTS, cs, "P is 1", s -> s.present, s -> s.present = false));
        add(rules, SEGMENTS, "CS: DPL is SS's for types 9 and 11, at most SS's for types 13 and 15",
                s -> s.cs.type >= 13 ? s.cs.dpl <= s.ss.dpl : s.cs.dpl == s.ss.dpl, s -> s.cs.dpl ^= 3);
        rules.add(ofSegment(SEGMENTS, cs, "D is 0, as L is 1", s -> !s.longMode || !s.db, s -> s.db = true));
        rules.add(ofSegment(SEGMENTS, cs, "G fits the limit", IntelEntryRules::granularityFits, s -> s.granular = false));
        add(rules, SEGMENTS, "SS: DPL is the selector's RPL", s -> s.ss.dpl == s.ss.privilege(), s -> s.ss.dpl ^= 3);
        usable(rules, SegmentName.SS, "the type is writable, accessed data: 3 or 7", s -> s.type == 3 || s.type == 7, s -> s.type = 1);
    }

    private static void data(List<EntryRule> rules, SegmentName name) {
        usable(rules, name, "S is 1", s -> !s.system, s -> s.system = true);
        usable(rules, name, "P is 1", s -> s.present, s -> s.present = false);
        usable(rules, name, "G fits the limit", IntelEntryRules::granularityFits, s -> s.granular = false);
        if (name != SegmentName.SS) {
            usable(rules, name, "the type is accessed, and readable if it is code", s -> (s.type & 1) != 0
                    && ((s.type & 8) == 0 || (s.type & 2) != 0), s -> s.type = 9);
            usable(rules, name, "DPL is at least RPL for types up to 11", s -> s.type > 11 || s.dpl >= s.privilege(), s -> {
                s.selector |= 3;
                s.dpl = 0;
            });
        }
    }

    private static void system(List<EntryRule> rules) {
        SegmentName tr = SegmentName.TR;
        rules.add(ofSegment(SEGMENTS, tr, "the type is a busy 64-bit TSS's: 11", s -> s.type == 11, s -> s.type = 9));
        rules.add(ofSegment(SEGMENTS, tr, "S is 0", s -> s.system, s -> s.system = false));
        rules.add(ofSegment(SEGMENTS, tr, "P is 1", s -> s.present, s -> s.present = false));
        rules.add(ofSegment(SEGMENTS, tr, "G fits the limit", IntelEntryRules::granularityFits, s -> s.granular = true));
        rules.add(ofSegment(SEGMENTS, tr, "it is usable", s -> !s.unusable, s -> s.unusable = true));
        usable(rules, SegmentName.LDTR, "the type is an LDT's: 2", s -> s.type == 2, s -> s.type = 3);
        usable(rules, SegmentName.LDTR, "S is 0", s -> s.system, s -> s.system = false);
        usable(rules, SegmentName.LDTR, "P is 1", s -> s.present, s -> s.present = false);
        usable(rules, SegmentName.LDTR, "G fits the limit", IntelEntryRules::granularityFits, s -> s.granular = true);
    }

    private static void tables(List<EntryRule> rules) {
        add(rules, TABLES, "GDTR: the base is canonical", s -> canonical(s.gdtr.base), s -> s.gdtr.base = NOT_CANONICAL);
        add(rules, TABLES, "IDTR: the base is canonical", s -> canonical(s.idtr.base), s -> s.idtr.base = NOT_CANONICAL);
        add(rules, TABLES, "GDTR: bits 31:16 of the limit are 0", s -> s.gdtr.limit >>> 16 == 0, s -> s.gdtr.limit = 1 << 16);
        add(rules, TABLES, "IDTR: bits 31:16 of the limit are 0", s -> s.idtr.limit >>> 16 == 0, s -> s.idtr.limit = 1 << 16);
        add(rules, RIP_AND_FLAGS, "RIP: bits 63:48 are the same, as CS.L is 1; 63:32 are 0 were it 0",
                s -> s.cs.longMode ? s.rip >> 48 == 0 || s.rip >> 48 == -1 : s.rip >>> 32 == 0, s -> s.rip = 1L << 48);
        add(rules, RIP_AND_FLAGS, "RFLAGS: bits 63:22, 15, 5 and 3 are 0, bit 1 is 1",
                s -> (s.rflags & RFLAGS_RESERVED) == 0 && bit(s.rflags, 1), s -> s.rflags |= 8);
        add(rules, RIP_AND_FLAGS, "RFLAGS: VM is 0 in an IA-32e mode guest", s -> !bit(s.rflags, 17), s -> s.rflags |= 1L << 17);
    }

    /** G must be 0 if any of the limit's bits 11:0 is 0, and 1 if any of its bits 31:20 is 1. */
    private static boolean granularityFits(Segment s) {
        return (!s.granular || (s.limit & 0xfff) == 0xfff) && (s.granular || s.limit >>> 20 == 0);
    }

    /** A demand on a register only if it is usable; its violation is by one that is. */
    private static void usable(List<EntryRule> rules, SegmentName name, String demand, Predicate<Segment> holds,
            Consumer<Segment> violation) {
        rules.add(ofSegment(SEGMENTS, name, demand + ", or it is unusable", s -> s.unusable || holds.test(s), s -> {
            boolean ldt = name == SegmentName.LDTR;
            s.unusable = false;
            s.base = 0;
            s.selector = ldt ? 0x48 : 0x2b;
            s.type = ldt ? 2 : 3;
            s.system = ldt;
            s.dpl = ldt ? 0 : 3;
            s.present = true;
            s.limit = ldt ? 15 : 0xffff_ffffL;
            s.granular = !ldt;
            if (!holds.test(s)) {
                throw new IllegalStateException("the usable segment that is to be spoilt does not meet: " + demand);
            }
            violation.accept(s);
        }));
    }

    private static void add(List<EntryRule> rules, String section, String demand, Predicate<EntryState> holds,
            Consumer<EntryState> violation) {
        rules.add(new EntryRule(section, demand, holds, violation));
    }
}
