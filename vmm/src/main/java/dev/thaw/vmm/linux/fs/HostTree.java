package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.host.HostFiles;
import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * One mounted folder (or single file) of the host: the only way from a guest's file to the host's.
 *
 * <p>A place is a relative path of plain names ({@code ""} is the mount's root). Every folder on the way is opened by itself,
 * relative to the one above and with O_NOFOLLOW, so that no link of the host's tree, whoever put it there, leads out of the mount.
 * Opens lazily: a thawed VM opens nothing before the guest asks. Owns its descriptors.
 */
final class HostTree implements AutoCloseable {
    /** Folders kept open; a program looks up most of its files in a few. */
    private static final int OPEN_FOLDERS = 32;
    /** Permission bits that a guest may set on the host: never set-user-ID or set-group-ID, which would act there. */
    private static final int SAFE_MODE = 01777;
    private static final int FOLDER_FLAGS = HostFiles.O_PATH | HostFiles.O_DIRECTORY | HostFiles.O_NOFOLLOW;

    private final int index;
    private final Mount mount;
    private final String hostPath;
    private final LinkedHashMap<String, Integer> folders = new LinkedHashMap<>(16, 0.75f, true);
    private int root = -1;

    HostTree(int index, Mount mount) {
        this.index = index;
        this.mount = mount;
        this.hostPath = new String(mount.hostPath().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The mount's place in the configuration's list. */
    int index() {
        return index;
    }

    boolean writable() {
        return mount.writable();
    }

    Mount mount() {
        return mount;
    }

    /** The host path of a place, a char a byte: for stamps and messages. */
    String hostPath(String place) {
        return place.isEmpty() ? hostPath : hostPath.equals("/") ? "/" + place : hostPath + "/" + place;
    }

    /** The mount's root: the configuration's own path, whose links are the operator's and are followed. */
    private int root() {
        if (root < 0) {
            root = HostFd.openOrErrno(hostPath, HostFiles.O_PATH | HostFd.O_CLOEXEC, 0);
        }
        return root;
    }

    /** An O_PATH descriptor of a folder, kept by this object; {@code -errno} when it is none. */
    private int folder(String place) {
        if (place.isEmpty()) {
            return root();
        }
        Integer known = folders.get(place);
        if (known != null) {
            return known;
        }
        int above = folder(parentOf(place));
        int fd = above < 0 ? above : HostFiles.openAt(above, nameOf(place), FOLDER_FLAGS, 0);
        if (fd >= 0) {
            folders.put(place, fd);
        }
        return fd;
    }

    /** Closes the folders not used for longest; between operations, as one may hold several. */
    private void trim() {
        while (folders.size() > OPEN_FOLDERS) {
            Map.Entry<String, Integer> eldest = folders.entrySet().iterator().next();
            folders.remove(eldest.getKey());
            HostFd.close(eldest.getValue());
        }
    }

    private static String parentOf(String place) {
        int slash = place.lastIndexOf('/');
        return slash < 0 ? "" : place.substring(0, slash);
    }

    private static String nameOf(String place) {
        return place.substring(place.lastIndexOf('/') + 1);
    }

    static String child(String place, String name) {
        return place.isEmpty() ? name : place + "/" + name;
    }

    /** A place's metadata, the last link not followed; empty when nothing is there or it cannot be reached. */
    Optional<HostStat> stat(String place) {
        trim();
        int above = folder(place.isEmpty() ? "" : parentOf(place));
        return above < 0 ? Optional.empty() : HostFiles.stat(above, place.isEmpty() ? "" : nameOf(place));
    }

    Optional<String> readLink(String place) {
        int above = folder(parentOf(place));
        return above < 0 ? Optional.empty() : HostFiles.readLink(above, nameOf(place));
    }

    /** Opens a regular file or a folder; the descriptor is the caller's. {@code -errno} when it cannot be. */
    int open(String place, int flags, int wantedMode) {
        int mode = wantedMode & SAFE_MODE;
        int all = flags | HostFiles.O_NOFOLLOW | HostFiles.O_NONBLOCK | HostFiles.O_NOCTTY;
        if (!place.isEmpty()) {
            int above = folder(parentOf(place));
            return above < 0 ? above : HostFiles.openAt(above, nameOf(place), all, mode);
        }
        Optional<HostStat> stat = stat("");
        if (stat.isPresent() && (stat.get().mode() & Stat.S_IFMT) == Stat.S_IFDIR) {
            return HostFiles.openAt(root(), ".", all, mode);
        }
        return HostFd.openOrErrno(hostPath, all & ~HostFiles.O_NOFOLLOW | HostFd.O_CLOEXEC, mode);
    }

    /** The names in a folder; nothing where it cannot be read. */
    void list(String place, HostFiles.FolderEntry each) {
        int fd = open(place, HostFd.O_RDONLY | HostFiles.O_DIRECTORY, 0);
        if (fd >= 0) {
            try {
                HostFiles.list(fd, each);
            } finally {
                HostFd.close(fd);
            }
        }
    }

    /** Does something to a name in its folder, whose descriptor it gets; what it answers, or {@code -errno}. */
    int in(String place, ToIntFunction<Integer> action) {
        int above = folder(parentOf(place));
        return above < 0 ? above : action.applyAsInt(above);
    }

    int makeFolder(String place, int mode) {
        return in(place, fd -> HostFiles.makeFolder(fd, nameOf(place), mode & SAFE_MODE));
    }

    int makeFifo(String place, int mode) {
        return in(place, fd -> HostFiles.makeFifo(fd, nameOf(place), mode));
    }

    int makeLink(String text, String place) {
        return in(place, fd -> HostFiles.makeLink(text, fd, nameOf(place)));
    }

    int remove(String place, boolean isFolder) {
        forget(place);
        return in(place, fd -> HostFiles.remove(fd, nameOf(place), isFolder));
    }

    int rename(String from, String to, int flags) {
        forget(from);
        forget(to);
        return in(from, a -> in(to, b -> HostFiles.rename(a, nameOf(from), b, nameOf(to), flags)));
    }

    int hardLink(String from, String to) {
        return in(from, a -> in(to, b -> HostFiles.hardLink(a, nameOf(from), b, nameOf(to))));
    }

    /** Sets permission bits of a file or folder. */
    int chmod(String place, int mode) {
        int fd = open(place, HostFd.O_RDONLY, 0);
        if (fd < 0) {
            return fd;
        }
        try {
            return HostFiles.chmod(fd, mode & SAFE_MODE);
        } finally {
            HostFd.close(fd);
        }
    }

    int setTimes(String place, long accessed, long modified) {
        if (place.isEmpty()) {
            return -Errno.EPERM;
        }
        return in(place, fd -> HostFiles.setTimes(fd, nameOf(place), accessed, modified));
    }

    /** The open folders at or below a place no longer are what they were. */
    private void forget(String place) {
        folders.entrySet().removeIf(entry -> {
            boolean below = entry.getKey().equals(place) || entry.getKey().startsWith(place + "/");
            if (below) {
                HostFd.close(entry.getValue());
            }
            return below;
        });
    }

    @Override
    public void close() {
        folders.values().forEach(HostFd::close);
        folders.clear();
        if (root >= 0) {
            HostFd.close(root);
            root = -1;
        }
    }
}
