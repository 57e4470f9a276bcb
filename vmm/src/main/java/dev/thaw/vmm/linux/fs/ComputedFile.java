package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Task;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A file of /proc or /sys: its text is made when it is opened, and again when it is read from its beginning. */
final class ComputedFile extends Inode {
    private final Function<Task, byte[]> text;
    private final Optional<BiConsumer<Task, byte[]>> sink;

    /** @param sink takes what the guest writes, for the few files that can be written */
    ComputedFile(FileSystem fileSystem, InodeFacts facts, Function<Task, byte[]> text,
            Optional<BiConsumer<Task, byte[]>> sink) {
        super(fileSystem, FileSystem.NO_ID, facts);
        this.text = text;
        this.sink = sink;
    }

    Optional<BiConsumer<Task, byte[]>> sink() {
        return sink;
    }

    byte[] text(Task task) {
        return text.apply(task);
    }

    @Override
    FileDescription open(Task task, int flags) {
        return new TextHandle(this, text(task), flags);
    }
}
