package dev.thaw.vmm.linux.fs;

/**
 * What stat(2) tells of a file. Times are nanoseconds since the epoch; {@code blocks} counts 512 bytes.
 *
 * @param mode file type and permission bits, as st_mode
 */
public record Stat(
        long device, long inode, int mode, long links, int uid, int gid, long rdev, long size, long blockSize,
        long blocks, long accessed, long modified, long changed) {
    /** File types of linux/stat.h. */
    public static final int S_IFMT = 0170000;
    public static final int S_IFSOCK = 0140000;
    public static final int S_IFLNK = 0120000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFBLK = 0060000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFIFO = 0010000;

    public int type() {
        return mode & S_IFMT;
    }
}
