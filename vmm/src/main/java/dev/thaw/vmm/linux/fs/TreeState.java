package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the guest's tree: every inode that the mounts alone would not show again as it is, every one in use, and the directories
 * that lead to them. {@link TreeLoad} reads it.
 */
final class TreeState {
    /** What stands for a whiteout, and for the roots of /proc and /sys, where an inode's id is expected. */
    static final int WHITEOUT = -1;
    static final int PROC = -2;
    static final int SYS = -3;
    static final int NO_PLACE = -1;

    /** Kinds of saved inodes. */
    enum Kind { FILE, VOLUME_FILE, DIRECTORY, VOLUME_DIRECTORY, LINK, DEVICE, NODE }

    /** What lies below a saved file. */
    enum Below { NOTHING, HOST, TEXT }

    private final FileSystem fileSystem;
    private final Set<Inode> saved = Collections.newSetFromMap(new IdentityHashMap<>());

    TreeState(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
        for (DirectoryInode directory : fileSystem.inodes().directories()) {
            directory.known().stream().filter(i -> i.changed() || i.place().isEmpty()).forEach(this::keep);
            directory.mounted().values().forEach(this::keep);
            if (directory.changed()) {
                keep(directory);
            }
        }
        keep(fileSystem.root());
        fileSystem.referred().forEach(this::keep);
    }

    private void keep(Inode inode) {
        Optional<? extends Inode> at = Optional.of(inode);
        while (at.isPresent() && hasId(at.get()) && saved.add(at.get())) {
            at = at.get().parent();
        }
    }

    private static boolean hasId(Inode inode) {
        return inode.id() != FileSystem.NO_ID;
    }

    /** The host files that saved inodes go on reading. */
    List<HostFileStamp> stamps() {
        return saved.stream()
                .filter(LayeredFile.class::isInstance).map(LayeredFile.class::cast)
                .filter(file -> file.lowerLimit() > 0)
                .flatMap(file -> file.lower().stream())
                .filter(HostLower.class::isInstance).map(HostLower.class::cast)
                .flatMap(lower -> lower.stamp().stream())
                .toList();
    }

    void save(StateWriter out) {
        // In the order of their ids: the same tree is always the same bytes.
        List<Inode> ordered = saved.stream().sorted(Comparator.comparingInt(Inode::id)).toList();
        out.putInt(ordered.size());
        ordered.forEach(inode -> saveInode(inode, out));
        List<DirectoryInode> directories = ordered.stream()
                .filter(DirectoryInode.class::isInstance).map(DirectoryInode.class::cast).toList();
        out.putInt(directories.size());
        directories.forEach(directory -> saveEntries(directory, out));
    }

    private void saveInode(Inode inode, StateWriter out) {
        out.putInt(inode.id()).putInt(kind(inode).ordinal());
        inode.facts().save(out);
        out.putInt(inode.place().map(place -> place.tree().index()).orElse(NO_PLACE));
        out.putString(inode.place().map(HostPlace::path).orElse(""));
        out.putBoolean(inode.changed()).putBoolean(inode.counted());
        out.putInt(inode.parent().map(Inode::id).orElse(FileSystem.NO_ID)).putString(inode.name());
        switch (inode) {
            case LayeredFile file -> saveFile(file, out);
            case LinkInode link -> {
                out.putBoolean(link.known().isPresent());
                link.known().ifPresent(out::putString);
            }
            case DeviceInode device -> out.putInt(device.kind().ordinal());
            case VolumeFile file -> file.shared().frames().save(out);
            case DirectoryInode _, NodeInode _, ComputedFile _, MagicLink _, DescriptionInode _ -> { }
        }
    }

    private static Kind kind(Inode inode) {
        return switch (inode) {
            case LayeredFile _ -> Kind.FILE;
            case VolumeFile _ -> Kind.VOLUME_FILE;
            case LayeredDirectory _ -> Kind.DIRECTORY;
            case VolumeDirectory _ -> Kind.VOLUME_DIRECTORY;
            case LinkInode _ -> Kind.LINK;
            case DeviceInode _ -> Kind.DEVICE;
            case NodeInode _ -> Kind.NODE;
            case ComputedDirectory _, ComputedFile _, MagicLink _, DescriptionInode _ ->
                    throw new IllegalStateException("an inode without an id is not saved");
        };
    }

    private static void saveFile(LayeredFile file, StateWriter out) {
        out.putLong(file.lowerLimit()).putInt(file.seals());
        switch (file.lower().orElse(null)) {
            case null -> out.putInt(Below.NOTHING.ordinal());
            case HostLower host -> {
                out.putInt(Below.HOST.ordinal()).putInt(host.place().tree().index()).putString(host.place().path())
                        .putLong(host.size()).putBoolean(host.stamp().isPresent());
                host.stamp().ifPresent(stamp -> stamp.save(out));
            }
            case TextLower text -> out.putInt(Below.TEXT.ordinal()).putBytes(text.text());
        }
        file.pages().save(out);
    }

    private void saveEntries(DirectoryInode directory, StateWriter out) {
        out.putInt(directory.id()).putInt(directory.mounted().size());
        directory.mounted().forEach((name, inode) -> out.putString(name).putInt(reference(inode)));
        Map<String, Optional<Inode>> entries = switch (directory) {
            case LayeredDirectory layered -> layered.entries();
            case VolumeDirectory volume -> volume.entriesToSave();
            case ComputedDirectory _ -> Map.of();
        };
        List<Map.Entry<String, Optional<Inode>>> kept = entries.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty() || saved.contains(entry.getValue().get())).toList();
        out.putInt(kept.size());
        kept.forEach(entry -> out.putString(entry.getKey())
                .putInt(entry.getValue().map(this::reference).orElse(WHITEOUT)));
    }

    private int reference(Inode inode) {
        if (hasId(inode)) {
            return inode.id();
        }
        return inode == fileSystem.proc() ? PROC : SYS;
    }
}
