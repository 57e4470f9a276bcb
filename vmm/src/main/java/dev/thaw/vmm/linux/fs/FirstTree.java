package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.net.Network;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a VM's tree together: mounts in their order, each at its path, with folders made for those that lead to it; over them
 * /proc, /sys, /dev and /tmp, which are never the host's; and the few files of /etc without which C libraries complain.
 */
final class FirstTree {
    private static final Map<String, String> ETC = Map.of(
            "passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
            "group", "root:x:0:\nnogroup:x:65534:\n",
            "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
    private static final String HOSTS = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n192.0.0.2\t";

    private final FileSystem fileSystem;
    private DirectoryInode root;

    FirstTree(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
        this.root = asRoot(folder(0755));
    }

    /** @throws IllegalArgumentException for a mount whose host path is not there, or neither file nor folder */
    DirectoryInode build() {
        for (HostTree tree : fileSystem.trees()) {
            HostPlace place = new HostPlace(tree, "");
            Inode inode = place.stat().flatMap(stat -> inode(place, stat)).orElseThrow(() -> new IllegalArgumentException(
                    "mount " + tree.mount().guestPath() + ": " + tree.mount().hostPath() + " is no file or folder"));
            mount(tree.mount().guestPath(), inode);
        }
        mountUnlessGiven("/tmp", folder(01777));
        mount("/dev", devices());
        mount("/proc", fileSystem.proc());
        mount("/sys", fileSystem.sys());
        etc();
        return root;
    }

    private Optional<Inode> inode(HostPlace place, HostStat stat) {
        return HostInodes.make(fileSystem, place, stat);
    }

    private static DirectoryInode asRoot(DirectoryInode inode) {
        inode.setPosition(inode, "");
        inode.addName();
        return inode;
    }

    private DirectoryInode folder(int mode) {
        int id = fileSystem.inodes().nextId();
        return new LayeredDirectory(
                fileSystem, id, InodeFacts.memory(id, Stat.S_IFDIR | mode, fileSystem.bootTime()));
    }

    private void mount(String path, Inode inode) {
        if (path.equals("/") || path.isEmpty()) {
            if (!(inode instanceof DirectoryInode directory)) {
                throw new IllegalArgumentException("mount /: not a folder");
            }
            root = asRoot(directory);
            return;
        }
        int slash = path.lastIndexOf('/');
        above(path.substring(0, slash)).mount(path.substring(slash + 1), inode);
    }

    /** The directory a mount point is in, through the links on the way; made where there is none. */
    private DirectoryInode above(String path) {
        DirectoryInode at = root;
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            Optional<Inode> found;
            try {
                found = PathWalk.resolve(root, at, name, true).inode();
            } catch (GuestError e) {
                found = Optional.empty();
            }
            if (found.isPresent() && found.get() instanceof DirectoryInode directory) {
                at = directory;
            } else {
                DirectoryInode made = folder(0755);
                at.mount(name, made);
                at = made;
            }
        }
        return at;
    }

    private void mountUnlessGiven(String path, DirectoryInode inode) {
        boolean given = fileSystem.trees().stream().anyMatch(tree -> tree.mount().guestPath().equals(path)
                || tree.mount().guestPath().startsWith(path + "/"));
        if (!given) {
            mount(path, inode);
        }
    }

    private DirectoryInode devices() {
        LayeredDirectory dev = (LayeredDirectory) folder(0755);
        for (DeviceKind kind : DeviceKind.values()) {
            dev.put(kind.fileName(), fileSystem.inodes().device(0666, kind));
        }
        dev.put("shm", folder(01777));
        Map.of("fd", "/proc/self/fd", "stdin", "/proc/self/fd/0", "stdout", "/proc/self/fd/1", "stderr",
                "/proc/self/fd/2").forEach((name, text) -> {
                    int id = fileSystem.inodes().nextId();
                    InodeFacts facts = InodeFacts.memory(id, Stat.S_IFLNK | 0777, fileSystem.bootTime());
                    dev.put(name, new LinkInode(fileSystem, id, facts, text));
                });
        return dev;
    }

    private void etc() {
        DirectoryInode etc = above("/etc");
        ETC.forEach((name, text) -> addUnlessGiven(etc, name, text));
        String hostname = fileSystem.kernel().config().hostname() + "\n";
        addUnlessGiven(etc, "hostname", hostname);
        addUnlessGiven(etc, "hosts", HOSTS + hostname);
        add(etc, "resolv.conf", Network.RESOLVER_CONFIGURATION);
    }

    private void addUnlessGiven(DirectoryInode directory, String name, String text) {
        if (directory.lookup(name).isEmpty()) {
            add(directory, name, text);
        }
    }

    /** In the place of what an image has there, too. */
    private void add(DirectoryInode directory, String name, String text) {
        switch (directory) {
            case LayeredDirectory layered -> layered.put(name, text(text));
            case VolumeDirectory _, ComputedDirectory _ -> directory.mount(name, text(text));
        }
    }

    private Inode text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int id = fileSystem.inodes().nextId();
        InodeFacts facts = InodeFacts.memory(id, Stat.S_IFREG | 0644, fileSystem.bootTime());
        facts.size = bytes.length;
        LayeredFile file = new LayeredFile(fileSystem, id, facts);
        file.setLower(new TextLower(bytes), bytes.length);
        return file;
    }
}
