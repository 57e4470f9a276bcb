package dev.thaw.vmm.kvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The processor features a guest may have come to rely on: the feature words of CPUID leaves 1, 7, 0xD and 0x80000001 (Intel SDM
 * vol. 2A, CPUID). A snapshot carries them; a host that lacks one of the bits cannot thaw it.
 *
 * @param leaf1Ecx with OSXSAVE and APIC-dependent bits left out
 */
public record CpuFeatures(int leaf1Ecx, int leaf1Edx, int leaf7Ebx, int leaf7Ecx, int leaf7Edx, int xcr0, int extendedEcx) {
    /** OSXSAVE mirrors CR4 and is no feature of the processor. */
    private static final int OSXSAVE = 1 << 27;
    /** OSPKE mirrors CR4. */
    private static final int OSPKE = 1 << 4;
    /** XCR0 bits Thaw gives a guest: x87, SSE, AVX, AVX-512 (3 bits), PKRU. AMX's tiles need a permission and stay out. */
    private static final int XCR0_KNOWN = 0x2e7;

    /** The legacy region and the header. */
    private static final int XSAVE_LEGACY = 576;

    static CpuFeatures of(MemorySegment table) {
        return new CpuFeatures(word(table, 1, 0, 2) & ~OSXSAVE, word(table, 1, 0, 3), word(table, 7, 0, 1),
                word(table, 7, 0, 2) & ~OSPKE, word(table, 7, 0, 3), word(table, 0xd, 0, 0) & XCR0_KNOWN | 1,
                word(table, 0x8000_0001, 0, 2));
    }

    /** Register {@code which} (0 eax, 1 ebx, 2 ecx, 3 edx) of a leaf, 0 where the host does not offer it. */
    private static int word(MemorySegment table, int leaf, int subleaf, int which) {
        int entries = table.get(ValueLayout.JAVA_INT, 0);
        for (int i = 0; i < entries; i++) {
            long at = KvmAbi.CPUID_HEADER + (long) KvmAbi.CPUID_ENTRY * i;
            if (table.get(ValueLayout.JAVA_INT, at) == leaf && table.get(ValueLayout.JAVA_INT, at + 4) == subleaf) {
                return table.get(ValueLayout.JAVA_INT, at + 12 + 4L * which);
            }
        }
        return 0;
    }

    /**
     * Bytes of an XSAVE area in standard format that holds these components (SDM vol. 1 section 13.4.3): the end of the last
     * one, by CPUID leaf 0xD.
     */
    static int xsaveBytes(MemorySegment table, int xcr0) {
        int end = XSAVE_LEGACY;
        for (int component = 2; component < 31; component++) {
            if ((xcr0 >>> component & 1) != 0) {
                end = Math.max(end, word(table, 0xd, component, 1) + word(table, 0xd, component, 0));
            }
        }
        return end;
    }

    /** Whether a program that saw {@code needed} finds all of it here. */
    public boolean covers(CpuFeatures needed) {
        return (needed.leaf1Ecx & ~leaf1Ecx) == 0 && (needed.leaf1Edx & ~leaf1Edx) == 0
                && (needed.leaf7Ebx & ~leaf7Ebx) == 0 && (needed.leaf7Ecx & ~leaf7Ecx) == 0
                && (needed.leaf7Edx & ~leaf7Edx) == 0 && (needed.xcr0 & ~xcr0) == 0
                && (needed.extendedEcx & ~extendedEcx) == 0;
    }
}
