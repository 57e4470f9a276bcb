package dev.thaw.vmm.kvm;

import dev.thaw.vmm.host.HostFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads KVM's binary statistics of a vCPU: struct kvm_stats_header and kvm_stats_desc of linux/kvm.h. For measurements. */
final class KvmStatistics {
    private static final int HEADER = 24;
    private static final int DESCRIPTOR = 16;
    private static final int MAX_BYTES = 1 << 20;

    private KvmStatistics() {}

    /** The counters by their names, of the first element each. @param fd a statistics descriptor; closed here */
    static Map<String, Long> read(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocate(MAX_BYTES, 8);
            long size = HostFd.preadOrErrno(fd, all.address(), MAX_BYTES, 0);
            Map<String, Long> counters = new LinkedHashMap<>();
            if (size < HEADER) {
                return counters;
            }
            int nameSize = all.get(ValueLayout.JAVA_INT, 4);
            int count = all.get(ValueLayout.JAVA_INT, 8);
            long descriptors = Integer.toUnsignedLong(all.get(ValueLayout.JAVA_INT, 16));
            long data = Integer.toUnsignedLong(all.get(ValueLayout.JAVA_INT, 20));
            for (int i = 0; i < count; i++) {
                long at = descriptors + (long) i * (DESCRIPTOR + nameSize);
                long value = data + Integer.toUnsignedLong(all.get(ValueLayout.JAVA_INT, at + 8));
                if (at + DESCRIPTOR + nameSize > size || value + 8 > size) {
                    break;
                }
                counters.put(all.getString(at + DESCRIPTOR), all.get(ValueLayout.JAVA_LONG, value));
            }
            return counters;
        } finally {
            HostFd.close(fd);
        }
    }
}
