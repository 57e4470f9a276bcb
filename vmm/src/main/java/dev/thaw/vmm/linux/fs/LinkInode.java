package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import java.util.Optional;

/** A symbolic link: of the in-memory layer or of the host, always read as a path of the guest's. */
final class LinkInode extends Inode {
    /** Empty for a link of the host's that nobody has read yet: looking at it must not change its access time. */
    private Optional<String> text;

    LinkInode(FileSystem fileSystem, int id, InodeFacts facts, String text) {
        super(fileSystem, id, facts);
        this.text = Optional.of(text);
        facts.size = text.length();
    }

    /** A link of the host's, at the place that the inode is given. */
    LinkInode(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
        this.text = Optional.empty();
    }

    /** @throws GuestError ENOENT where the host's link has gone */
    String text() {
        text = text.or(() -> place().flatMap(there -> there.tree().readLink(there.path())));
        return text.orElseThrow(() -> new GuestError(Errno.ENOENT));
    }

    /** The text, if it has been read or was always the guest's. */
    Optional<String> known() {
        return text;
    }

    @Override
    FileDescription open(Task task, int flags) {
        throw new GuestError(Errno.ELOOP);
    }
}
