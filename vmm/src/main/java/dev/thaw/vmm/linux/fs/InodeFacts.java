package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;

/** An inode's metadata. Times are nanoseconds since the epoch; {@code blocks} counts 512 bytes. */
final class InodeFacts {
    /** st_dev of what lives in memory, and of what the monitor computes: minors of major 0, as Linux gives its own. */
    static final long MEMORY_DEVICE = 27;
    static final long COMPUTED_DEVICE = 5;
    static final long CGROUP_DEVICE = 29;

    long device;
    long number;
    int mode;
    int links = 1;
    int uid;
    int gid;
    long size;
    long blocks;
    long accessed;
    long modified;
    long changed;

    /** The major and the minor number in a device number: new_decode_dev of linux/kdev_t.h. */
    static int major(long device) {
        return (int) (device >> 8) & 0xfff;
    }

    static int minor(long device) {
        return (int) (device & 0xff | device >> 12 & ~0xffL);
    }

    /** Of something new in memory. */
    static InodeFacts memory(long number, int mode, long now) {
        InodeFacts facts = new InodeFacts();
        facts.device = MEMORY_DEVICE;
        facts.number = number;
        facts.mode = mode;
        facts.accessed = now;
        facts.modified = now;
        facts.changed = now;
        return facts;
    }

    static InodeFacts computed(long number, int mode, long now) {
        InodeFacts facts = memory(number, mode, now);
        facts.device = COMPUTED_DEVICE;
        return facts;
    }

    /** Of a host file: everything but the owner, which is root. */
    static InodeFacts host(int mountIndex, HostStat stat) {
        InodeFacts facts = new InodeFacts();
        // Major 0, and minors of its own for each mount (from 256 on, which the encoding puts at bit 20); the host's own device
        // only keeps apart the file systems below one mount.
        facts.device = 0x10_0000L * (mountIndex + 1) + ((stat.device() ^ stat.device() >>> 32) & 0xff);
        facts.number = stat.inode();
        facts.take(stat);
        return facts;
    }

    void take(HostStat stat) {
        mode = stat.mode();
        links = stat.links();
        size = stat.size();
        blocks = stat.blocks();
        accessed = stat.accessed();
        modified = stat.modified();
        changed = stat.changed();
    }

    void save(StateWriter out) {
        out.putLong(device).putLong(number).putInt(mode).putInt(links).putInt(uid).putInt(gid).putLong(size)
                .putLong(blocks).putLong(accessed).putLong(modified).putLong(changed);
    }

    static InodeFacts load(StateReader in) {
        InodeFacts facts = new InodeFacts();
        facts.device = in.getLong();
        facts.number = in.getLong();
        facts.mode = in.getInt();
        facts.links = in.getInt();
        facts.uid = in.getInt();
        facts.gid = in.getInt();
        facts.size = in.getLong();
        facts.blocks = in.getLong();
        facts.accessed = in.getLong();
        facts.modified = in.getLong();
        facts.changed = in.getLong();
        return facts;
    }
}
