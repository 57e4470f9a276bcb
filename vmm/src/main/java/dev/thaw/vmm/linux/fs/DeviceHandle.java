package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** An open character device: null, zero, full, random. */
final class DeviceHandle extends FileDescription {
    private static final int RANDOM_CHUNK = 4096;

    private final DeviceInode device;

    DeviceHandle(DeviceInode device, int flags) {
        super(flags);
        this.device = device;
        device.opened();
    }

    @Override
    Optional<Inode> inode() {
        return Optional.of(device);
    }

    @Override
    public long read(Task task, UserBuffer into) {
        return switch (device.kind()) {
            case NULL, TTY -> 0;
            case ZERO, FULL -> zeros(into);
            case RANDOM, URANDOM -> random(task, into);
        };
    }

    private long zeros(UserBuffer into) {
        long before = into.moved();
        while (into.remaining() > 0) {
            if (into.put(device.fileSystem().zeros(), 0, device.fileSystem().zeros().byteSize()) == 0) {
                break;
            }
        }
        return into.moved() - before;
    }

    private static long random(Task task, UserBuffer into) {
        long before = into.moved();
        while (into.remaining() > 0) {
            byte[] bytes = task.kernel().entropy().bytes((int) Math.min(RANDOM_CHUNK, into.remaining()));
            if (into.put(bytes, 0, bytes.length) < bytes.length) {
                break;
            }
        }
        return into.moved() - before;
    }

    @Override
    public long write(Task task, UserBuffer from) {
        return device.kind() == DeviceKind.FULL ? -Errno.ENOSPC : from.remaining();
    }

    @Override
    public long readAt(Task task, UserBuffer into, long offset) {
        return read(task, into);
    }

    @Override
    public long writeAt(Task task, UserBuffer from, long offset) {
        return write(task, from);
    }

    @Override
    public long seek(long offset, int whence) {
        return 0;
    }

    @Override
    public Optional<MappingSource> mappingSource() {
        return device.kind() == DeviceKind.ZERO ? Optional.of(device.fileSystem().zeroPages()) : Optional.empty();
    }

    @Override
    public Stat stat() {
        return device.stat();
    }

    @Override
    public String linkName() {
        return device.path();
    }

    @Override
    protected void close() {
        device.closed();
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.DEVICE.tag()).putInt(statusFlags());
        device.fileSystem().putReference(out, device);
    }

    static FileDescription load(FileSystem fileSystem, StateReader in) {
        int flags = in.getInt();
        return new DeviceHandle(fileSystem.getReference(in, DeviceInode.class), flags);
    }
}
