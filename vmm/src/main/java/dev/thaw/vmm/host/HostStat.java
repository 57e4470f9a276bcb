package dev.thaw.vmm.host;

/**
 * What statx(2) of the host says of a file. Times are nanoseconds since the epoch, {@code blocks} counts 512 bytes.
 *
 * @param device {@code major << 32 | minor} of the host's file system
 */
public record HostStat(
        long device, long inode, int mode, int links, long size, long blocks, long accessed, long modified,
        long changed) {}
