package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.EntryRule.NOT_CANONICAL;
import static dev.thaw.vmm.ring0.EntryRule.bit;
import static dev.thaw.vmm.ring0.EntryRule.canonical;
import static dev.thaw.vmm.ring0.EntryRule.ofSegment;

import dev.thaw.vmm.ring0.EntryRule.SegmentName;
import java.util.ArrayList;
import java.util.List;

/**
 * AMD64 APM vol. 2 section 15.5.1, "Basic Operation" of VMRUN: canonicalization and consistency checks, for what the monitor sets.
 * Left out is what only KVM fills: EFER.SVME, the intercepts, the ASID, debug registers, nested paging, event injection.
 */
final class AmdEntryRules {
    private static final String CONSISTENCY = "APM 15.5.1 consistency:";
    private static final String CANONICAL = "APM 15.5.1 canonicalization:";
    private static final String SEGMENTS = "APM 15.5.1 segment state:";

    /** Defined bits of CR4 (section 3.1.3) that KVM need not know a feature for, of EFER (3.1.7) without SVME and the like. */
    private static final long CR4_COMMON = 0x4_07ffL;
    private static final long EFER_COMMON = 0xd01L;

    private AmdEntryRules() {}

    static List<EntryRule> all() {
        List<EntryRule> rules = new ArrayList<>(List.of(
                new EntryRule(CONSISTENCY, "CR0.NW is 0 if CD is 0", s -> bit(s.cr0, 30) || !bit(s.cr0, 29), s -> s.cr0 |= 1L << 29),
                new EntryRule(CONSISTENCY, "CR0[63:32] are 0", s -> s.cr0 >>> 32 == 0, s -> s.cr0 |= 1L << 32),
                new EntryRule(CONSISTENCY, "CR3: no bit that must be zero is 1", s -> s.cr3 >>> 52 == 0, s -> s.cr3 |= 1L << 62),
                new EntryRule(CONSISTENCY, "CR4: no bit that must be zero is 1", s -> (s.cr4 & ~CR4_COMMON) == 0, s -> s.cr4 |= 1L << 25),
                new EntryRule(CONSISTENCY, "EFER: no bit that must be zero is 1", s -> (s.efer & ~EFER_COMMON) == 0, s -> s.efer |= 1L << 9),
                new EntryRule(CONSISTENCY, "CR4.PAE is 1 if EFER.LME and CR0.PG are",
                        s -> !bit(s.efer, 8) || !bit(s.cr0, 31) || bit(s.cr4, 5), s -> s.cr4 &= ~0x20L),
                new EntryRule(CONSISTENCY, "CR0.PE is 1 if EFER.LME and CR0.PG are",
                        s -> !bit(s.efer, 8) || !bit(s.cr0, 31) || bit(s.cr0, 0), s -> s.cr0 &= ~1L),
                new EntryRule(CONSISTENCY, "CS.L and CS.D are not both 1 with EFER.LME, CR0.PG and CR4.PAE",
                        s -> !bit(s.efer, 8) || !bit(s.cr0, 31) || !bit(s.cr4, 5) || !s.cs.longMode || !s.cs.db, s -> s.cs.db = true),
                new EntryRule(CANONICAL, "GDTR: the base is canonical, so that none is made of it", s -> canonical(s.gdtr.base),
                        s -> s.gdtr.base = NOT_CANONICAL),
                new EntryRule(CANONICAL, "IDTR: the base is canonical, so that none is made of it", s -> canonical(s.idtr.base),
                        s -> s.idtr.base = NOT_CANONICAL),
                new EntryRule(SEGMENTS, "SS.DPL, which is the CPL, is the RPL of SS and of CS",
                        s -> s.ss.dpl == s.ss.privilege() && s.ss.dpl == s.cs.privilege(), s -> s.ss.dpl ^= 3),
                new EntryRule(SEGMENTS, "CS is present, 64-bit code", s -> s.cs.present && !s.cs.unusable && s.cs.longMode
                        && !s.cs.system && (s.cs.type & 8) != 0, s -> s.cs.longMode = false),
                new EntryRule(SEGMENTS, "TR is a present busy TSS", s -> s.tr.present && !s.tr.unusable && s.tr.system
                        && s.tr.type == 11, s -> s.tr.present = false),
                new EntryRule(SEGMENTS, "LDTR is null or an LDT", s -> s.ldtr.unusable || s.ldtr.system && s.ldtr.type == 2,
                        s -> s.ldtr.unusable = false)));
        for (SegmentName name : List.of(SegmentName.FS, SegmentName.GS, SegmentName.TR, SegmentName.LDTR)) {
            rules.add(ofSegment(CANONICAL, name, "the base is canonical, so that none is made of it", s -> canonical(s.base),
                    s -> s.base = NOT_CANONICAL));
        }
        return List.copyOf(rules);
    }
}
