package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes the tree that {@link TreeState} wrote. Nothing on the host is opened or even looked at. */
final class TreeLoad {
    private final FileSystem fileSystem;
    private final Map<Integer, Inode> inodes = new HashMap<>();
    private final Map<Inode, Position> positions = new HashMap<>();

    private record Position(int parent, String name) {}

    TreeLoad(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** The inodes by their ids. */
    Map<Integer, Inode> load(StateReader in) {
        for (int i = in.getCount(100); i > 0; i--) {
            Inode inode = loadInode(in);
            inodes.put(inode.id(), inode);
        }
        for (int i = in.getCount(12); i > 0; i--) {
            loadEntries(in);
        }
        positions.forEach((inode, position) -> {
            if (inode.names() == 0 && inodes.get(position.parent()) instanceof DirectoryInode parent) {
                inode.setPosition(parent, position.name());
            }
        });
        return inodes;
    }

    private Inode loadInode(StateReader in) {
        int id = in.getInt();
        TreeState.Kind kind = choose(TreeState.Kind.values(), in);
        InodeFacts facts = InodeFacts.load(in);
        int tree = in.getInt();
        String path = in.getString();
        boolean changed = in.getBoolean();
        boolean counted = in.getBoolean();
        Position position = new Position(in.getInt(), in.getString());
        Inode inode = switch (kind) {
            case FILE -> loadFile(id, facts, in);
            case VOLUME_FILE -> loadVolumeFile(id, facts, in);
            case DIRECTORY -> new LayeredDirectory(fileSystem, id, facts);
            case VOLUME_DIRECTORY -> new VolumeDirectory(fileSystem, id, facts);
            case LINK -> in.getBoolean()
                    ? new LinkInode(fileSystem, id, facts, in.getString())
                    : new LinkInode(fileSystem, id, facts);
            case DEVICE -> new DeviceInode(fileSystem, id, facts, choose(DeviceKind.values(), in));
            case NODE -> new NodeInode(fileSystem, id, facts);
        };
        if (tree != TreeState.NO_PLACE) {
            inode.setPlace(new HostPlace(tree(tree), path));
        }
        if (changed) {
            inode.setChanged();
        }
        if (counted) {
            fileSystem.inodes().restore(inode);
        }
        fileSystem.inodes().setNextId(id + 1);
        positions.put(inode, position);
        return inode;
    }

    private static <T> T choose(T[] values, StateReader in) {
        int ordinal = in.getInt();
        if (ordinal < 0 || ordinal >= values.length) {
            throw new BadSnapshotException("the monitor state has an unknown kind of file");
        }
        return values[ordinal];
    }

    private HostTree tree(int index) {
        if (index < 0 || index >= fileSystem.trees().size()) {
            throw new BadSnapshotException("the monitor state names mount " + index + ", which the VM does not have");
        }
        return fileSystem.trees().get(index);
    }

    private LayeredFile loadFile(int id, InodeFacts facts, StateReader in) {
        LayeredFile file = new LayeredFile(fileSystem, id, facts);
        long limit = in.getLong();
        file.setSeals(in.getInt());
        switch (choose(TreeState.Below.values(), in)) {
            case NOTHING -> { }
            case HOST -> {
                HostPlace place = new HostPlace(tree(in.getInt()), in.getString());
                long size = in.getLong();
                Optional<HostFileStamp> stamp =
                        in.getBoolean() ? Optional.of(HostFileStamp.load(in)) : Optional.empty();
                file.setLower(new HostLower(fileSystem.openHostFiles(), place, size, stamp), limit);
            }
            case TEXT -> file.setLower(new TextLower(in.getBytes()), limit);
        }
        file.pages().load(in);
        return file;
    }

    private VolumeFile loadVolumeFile(int id, InodeFacts facts, StateReader in) {
        VolumeFile file = new VolumeFile(fileSystem, id, facts);
        file.shared().frames().load(in);
        return file;
    }

    private void loadEntries(StateReader in) {
        int id = in.getInt();
        if (!(inodes.get(id) instanceof DirectoryInode directory)) {
            throw new BadSnapshotException("the monitor state has entries for what is no directory");
        }
        for (int i = in.getCount(8); i > 0; i--) {
            directory.mount(in.getString(), inode(in.getInt()));
        }
        for (int i = in.getCount(8); i > 0; i--) {
            String name = in.getString();
            int entry = in.getInt();
            switch (directory) {
                case LayeredDirectory layered when entry == TreeState.WHITEOUT -> layered.putWhiteout(name);
                case LayeredDirectory layered -> layered.put(name, inode(entry));
                case VolumeDirectory volume -> volume.put(name, inode(entry));
                case ComputedDirectory _ -> throw new BadSnapshotException("the monitor state has entries for /proc");
            }
        }
    }

    private Inode inode(int id) {
        Inode inode = switch (id) {
            case TreeState.PROC -> fileSystem.proc();
            case TreeState.SYS -> fileSystem.sys();
            default -> inodes.get(id);
        };
        if (inode == null) {
            throw new BadSnapshotException("the monitor state names file " + id + ", which it does not hold");
        }
        return inode;
    }
}
