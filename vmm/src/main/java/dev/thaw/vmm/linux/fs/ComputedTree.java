package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes the files and directories of /proc and /sys, with numbers in the order they are made. */
final class ComputedTree {
    private final FileSystem fileSystem;
    private long next = 1;

    ComputedTree(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    private InodeFacts facts(int mode) {
        return InodeFacts.computed(next++, mode, fileSystem.bootTime());
    }

    ComputedDirectory directory() {
        return new ComputedDirectory(fileSystem, facts(Stat.S_IFDIR | 0555));
    }

    ComputedDirectory directory(Supplier<List<String>> names, Function<String, Optional<Inode>> computed) {
        return new ComputedDirectory(fileSystem, facts(Stat.S_IFDIR | 0555), names, computed);
    }

    /** The root of a cgroup file system: statfs(2) tells it from the tree around it. */
    ComputedDirectory cgroupDirectory() {
        InodeFacts facts = facts(Stat.S_IFDIR | 0555);
        facts.device = InodeFacts.CGROUP_DEVICE;
        return new ComputedDirectory(fileSystem, facts);
    }

    /** The directory of that name in another, made when it is not there. */
    ComputedDirectory directory(ComputedDirectory in, String name) {
        if (in.find(name).orElse(null) instanceof ComputedDirectory there) {
            return there;
        }
        ComputedDirectory made = directory();
        in.put(name, made);
        return made;
    }

    ComputedFile file(Function<Task, String> text) {
        return new ComputedFile(fileSystem, facts(Stat.S_IFREG | 0444), task -> bytes(text.apply(task)), Optional.empty());
    }

    ComputedFile binaryFile(Function<Task, byte[]> content) {
        return new ComputedFile(fileSystem, facts(Stat.S_IFREG | 0444), content, Optional.empty());
    }

    ComputedFile file(String text) {
        return file(_ -> text);
    }

    ComputedFile writableFile(Function<Task, String> text, BiConsumer<Task, String> sink) {
        return new ComputedFile(fileSystem, facts(Stat.S_IFREG | 0644), task -> bytes(text.apply(task)),
                Optional.of((task, bytes) -> sink.accept(task, new String(bytes, StandardCharsets.ISO_8859_1))));
    }

    LinkInode link(String text) {
        return new LinkInode(fileSystem, FileSystem.NO_ID, facts(Stat.S_IFLNK | 0777), text);
    }

    MagicLink magic(Supplier<String> text, Supplier<Inode> target) {
        return new MagicLink(fileSystem, facts(Stat.S_IFLNK | 0777), text, target);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
