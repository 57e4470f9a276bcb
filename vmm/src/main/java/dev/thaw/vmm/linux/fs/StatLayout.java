package dev.thaw.vmm.linux.fs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How stat(2) and statx(2) lay out what they tell. */
final class StatLayout {
    private static final long SECOND = 1_000_000_000L;
    /** STATX_BASIC_STATS of linux/stat.h. */
    private static final int STATX_BASIC_STATS = 0x7ff;

    private StatLayout() {}

    /** struct stat of arch/x86/include/uapi/asm/stat.h, 144 bytes. */
    static byte[] stat(Stat s) {
        ByteBuffer out = ByteBuffer.allocate(144).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(s.device()).putLong(s.inode()).putLong(s.links()).putInt(s.mode()).putInt(s.uid()).putInt(s.gid())
                .putInt(0).putLong(s.rdev()).putLong(s.size()).putLong(s.blockSize()).putLong(s.blocks());
        for (long time : new long[] {s.accessed(), s.modified(), s.changed()}) {
            out.putLong(Math.floorDiv(time, SECOND)).putLong(Math.floorMod(time, SECOND));
        }
        return out.array();
    }

    /** struct statx of linux/stat.h, 256 bytes. */
    static byte[] statx(Stat s) {
        ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(STATX_BASIC_STATS).putInt((int) s.blockSize()).putLong(0).putInt((int) s.links()).putInt(s.uid())
                .putInt(s.gid()).putShort((short) s.mode()).putShort((short) 0).putLong(s.inode()).putLong(s.size())
                .putLong(s.blocks()).putLong(0);
        time(out, s.accessed());
        time(out, 0);
        time(out, s.changed());
        time(out, s.modified());
        out.putInt(InodeFacts.major(s.rdev())).putInt(InodeFacts.minor(s.rdev()));
        out.putInt(InodeFacts.major(s.device())).putInt(InodeFacts.minor(s.device()));
        return out.array();
    }

    private static void time(ByteBuffer out, long nanos) {
        out.putLong(Math.floorDiv(nanos, SECOND)).putInt((int) Math.floorMod(nanos, SECOND)).putInt(0);
    }
}
