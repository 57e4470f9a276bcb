package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A directory of /proc or /sys: fixed entries, and names that are computed when asked for. Nothing can be made in it. */
final class ComputedDirectory extends DirectoryInode {
    private final Map<String, Inode> fixed = new TreeMap<>();
    private Optional<Consumer<ComputedDirectory>> filler = Optional.empty();
    private final Supplier<List<String>> names;
    private final Function<String, Optional<Inode>> computed;

    /**
     * @param names the computed names there are now
     * @param computed what such a name leads to
     */
    ComputedDirectory(FileSystem fileSystem, InodeFacts facts, Supplier<List<String>> names,
            Function<String, Optional<Inode>> computed) {
        super(fileSystem, FileSystem.NO_ID, facts);
        this.names = names;
        this.computed = computed;
        facts.size = 0;
    }

    ComputedDirectory(FileSystem fileSystem, InodeFacts facts) {
        this(fileSystem, facts, List::of, _ -> Optional.empty());
    }

    /** What puts the fixed entries in, called when one is first looked for: most programs never look. */
    void fillWhenNeeded(Consumer<ComputedDirectory> with) {
        filler = Optional.of(with);
    }

    private Map<String, Inode> fixed() {
        Optional<Consumer<ComputedDirectory>> first = filler;
        filler = Optional.empty();
        first.ifPresent(with -> with.accept(this));
        return fixed;
    }

    /** Adds a fixed entry. */
    void put(String name, Inode inode) {
        fixed.put(name, inode);
        inode.setPosition(this, name);
        inode.addName();
    }

    @Override
    Optional<Inode> find(String name) {
        Inode inode = fixed().get(name);
        if (inode != null) {
            return Optional.of(inode);
        }
        Optional<Inode> made = computed.apply(name);
        made.ifPresent(i -> {
            i.setPosition(this, name);
            i.addName();
        });
        return made;
    }

    @Override
    void collect(Map<String, DirEntry> entries) {
        fixed().forEach((name, inode) -> entries.put(name, entry(name, inode)));
        for (String name : names.get()) {
            computed.apply(name).ifPresent(inode -> entries.put(name, entry(name, inode)));
        }
    }

    @Override
    int sweep(Predicate<Inode> droppable) {
        return 0;
    }

    @Override
    List<Inode> known() {
        return List.copyOf(fixed.values());
    }

    @Override
    void checkWritable() {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    void chmod(int mode) {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    FileInode createFile(String name, int mode) {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    void createDirectory(String name, int mode) {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    void createLink(String name, String text) {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    void link(String name, Inode inode) {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    void remove(String name, Inode inode) {
        throw new GuestError(Errno.EPERM);
    }

    @Override
    void rename(String from, Inode inode, DirectoryInode to, String toName, Optional<Inode> replaced) {
        throw new GuestError(Errno.EPERM);
    }
}
