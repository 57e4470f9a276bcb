package dev.thaw.vmm.linux.fs;

import java.util.Locale;

/** The VM's processors as files of /proc and /sys name them. @param count 1 to 64 */
record CpuSet(int count) {
    /** As {@code 0-3}: cpuset(7), list format. */
    String list() {
        return count == 1 ? "0" : "0-" + (count - 1);
    }

    /** As {@code f} or {@code ffffffff,ffffffff}: cpuset(7), mask format. */
    String mask() {
        return mask(count == 64 ? -1L : (1L << count) - 1);
    }

    /** The one processor {@code index}, as {@link #mask()}. */
    String maskOf(int index) {
        return mask(1L << index);
    }

    private String mask(long bits) {
        return count <= 32 ? Long.toHexString(bits) : String.format(Locale.ROOT, "%08x,%08x", bits >>> 32, bits & 0xffff_ffffL);
    }
}
