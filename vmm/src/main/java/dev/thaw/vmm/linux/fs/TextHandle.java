package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** An open file of /proc or /sys, with the text it had when it was opened, or last read from its beginning. */
final class TextHandle extends FileDescription {
    private static final int LONGEST_WRITE = 4096;

    private final ComputedFile file;
    private byte[] text;
    private long offset;
    private boolean begun;

    TextHandle(ComputedFile file, byte[] text, int flags) {
        super(flags);
        this.file = file;
        this.text = text;
    }

    @Override
    Optional<Inode> inode() {
        return Optional.of(file);
    }

    @Override
    public long read(Task task, UserBuffer into) {
        long n = readAt(task, into, offset);
        offset += Math.max(0, n);
        return n;
    }

    @Override
    public long readAt(Task task, UserBuffer into, long at) {
        if (at == 0 && begun) {
            text = file.text(task);
        }
        begun = true;
        return at >= text.length ? 0 : into.put(text, (int) at, text.length - (int) at);
    }

    @Override
    public long write(Task task, UserBuffer from) {
        if (file.sink().isEmpty()) {
            return -Errno.EIO;
        }
        byte[] bytes = from.getAll(LONGEST_WRITE);
        file.sink().get().accept(task, bytes);
        return bytes.length;
    }

    @Override
    public long writeAt(Task task, UserBuffer from, long at) {
        return write(task, from);
    }

    @Override
    public long seek(long by, int whence) {
        long target = whence == 0 ? by : whence == 1 ? offset + by : -1;
        if (target < 0) {
            return -Errno.EINVAL;
        }
        offset = target;
        return offset;
    }

    @Override
    public Stat stat() {
        return file.stat();
    }

    @Override
    public String linkName() {
        return file.path();
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.TEXT.tag()).putInt(statusFlags()).putLong(offset).putBytes(text);
        file.fileSystem().putReference(out, file);
    }

    static FileDescription load(FileSystem fileSystem, StateReader in) {
        int flags = in.getInt();
        long offset = Math.max(0, in.getLong());
        byte[] text = in.getBytes();
        TextHandle handle = new TextHandle(fileSystem.getReference(in, ComputedFile.class), text, flags);
        handle.offset = offset;
        handle.begun = true;
        return handle;
    }
}
