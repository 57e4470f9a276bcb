package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Task;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A file of /proc or /sys: its text is made when it is opened. */
final class ComputedFile extends Inode {
    private final Supplier<byte[]> text;
    private final Optional<Consumer<byte[]>> sink;

    /** @param sink takes what the guest writes, for the few files that can be written */
    ComputedFile(FileSystem fileSystem, InodeFacts facts, Supplier<byte[]> text, Optional<Consumer<byte[]>> sink) {
        super(fileSystem, FileSystem.NO_ID, facts);
        this.text = text;
        this.sink = sink;
    }

    Optional<Consumer<byte[]>> sink() {
        return sink;
    }

    byte[] text() {
        return text.get();
    }

    @Override
    FileDescription open(Task task, int flags) {
        return new TextHandle(this, text(), flags);
    }
}
