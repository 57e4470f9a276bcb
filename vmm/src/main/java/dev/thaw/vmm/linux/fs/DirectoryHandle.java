package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An open directory. Its listing is taken when reading begins, so that removing what was read skips nothing. */
final class DirectoryHandle extends FileDescription implements Lockable {
    private final DirectoryInode directory;
    private final FileLocks locks;
    private Optional<List<DirEntry>> listing = Optional.empty();
    private int position;

    DirectoryHandle(DirectoryInode directory, int flags) {
        this(directory, flags, new FileLocks());
    }

    private DirectoryHandle(DirectoryInode directory, int flags, FileLocks locks) {
        super(flags);
        this.directory = directory;
        this.locks = locks;
        directory.opened();
    }

    @Override
    Optional<Inode> inode() {
        return Optional.of(directory);
    }

    @Override
    public FileLocks locks() {
        return locks;
    }

    @Override
    public Inode locked() {
        return directory;
    }

    @Override
    public long read(Task task, UserBuffer into) {
        return -Errno.EISDIR;
    }

    @Override
    public long readAt(Task task, UserBuffer into, long offset) {
        return -Errno.EISDIR;
    }

    @Override
    public long seek(long offset, int whence) {
        long target = whence == 0 ? offset : whence == 1 ? position + offset : -1;
        if (target < 0 || target > Integer.MAX_VALUE) {
            return -Errno.EINVAL;
        }
        if (target == 0) {
            listing = Optional.empty();
        }
        position = (int) target;
        return target;
    }

    private List<DirEntry> listing() {
        if (listing.isEmpty()) {
            List<DirEntry> entries = new ArrayList<>();
            entries.add(new DirEntry(".", directory.facts().number, 4));
            entries.add(new DirEntry("..", directory.parent().orElse(directory).facts().number, 4));
            entries.addAll(directory.list());
            listing = Optional.of(entries);
        }
        return listing.get();
    }

    @Override
    public long readDirectory(Task task, UserBuffer into) {
        List<DirEntry> entries = listing();
        long written = 0;
        while (position < entries.size()) {
            byte[] line = record(entries.get(position), position + 1);
            if (line.length > into.remaining()) {
                return written == 0 ? -Errno.EINVAL : written;
            }
            if (into.put(line, 0, line.length) < line.length) {
                return written == 0 ? -Errno.EFAULT : written;
            }
            written += line.length;
            position++;
        }
        return written;
    }

    /** struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name and NUL; to a multiple of 8. */
    private static byte[] record(DirEntry entry, long next) {
        byte[] name = entry.name().getBytes(StandardCharsets.ISO_8859_1);
        int length = 19 + name.length + 1 + 7 & ~7;
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).putLong(entry.inode()).putLong(next)
                .putShort((short) length).put((byte) entry.type()).put(name).array();
    }

    @Override
    public Stat stat() {
        return directory.stat();
    }

    @Override
    public String linkName() {
        return directory.path();
    }

    @Override
    protected void close() {
        Notifier notifier = directory.fileSystem().notifier();
        notifier.file(directory, Notifier.CLOSE_NOWRITE);
        directory.closed();
        notifier.goneIfUnused(directory);
        if (locks.any()) {
            directory.fileSystem().kernel().changed();
        }
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.DIRECTORY.tag()).putInt(statusFlags()).putInt(position);
        locks.save(out);
        directory.fileSystem().putReference(out, directory);
        out.putBoolean(listing.isPresent());
        listing.ifPresent(entries -> {
            out.putInt(entries.size());
            entries.forEach(entry -> entry.save(out));
        });
    }

    static FileDescription load(FileSystem fileSystem, StateReader in) {
        int flags = in.getInt();
        int position = Math.max(0, in.getInt());
        FileLocks locks = new FileLocks();
        locks.load(in);
        DirectoryHandle handle = new DirectoryHandle(fileSystem.getReference(in, DirectoryInode.class), flags, locks);
        handle.position = position;
        if (in.getBoolean()) {
            List<DirEntry> entries = new ArrayList<>();
            for (int i = in.getCount(16); i > 0; i--) {
                entries.add(DirEntry.load(in));
            }
            handle.listing = Optional.of(entries);
        }
        return handle;
    }
}
