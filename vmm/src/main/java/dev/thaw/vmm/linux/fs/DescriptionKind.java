package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;

/** What an open file description is. Its tag is the first field of {@link FileDescription#save}. */
public enum DescriptionKind {
    FILE(1),
    DIRECTORY(2),
    PATH(3),
    DEVICE(4),
    TEXT(5),
    STREAM(6),
    INOTIFY(7),
    SOCKET(16),
    PIPE(17),
    EVENT(18),
    EPOLL(19),
    TIMER(20),
    SIGNAL(21);

    private final int tag;

    DescriptionKind(int tag) {
        this.tag = tag;
    }

    /** The number in saved state; never given to another kind. */
    public int tag() {
        return tag;
    }

    /** Reads a tag. @throws BadSnapshotException for one that is no kind's */
    public static DescriptionKind read(StateReader in) {
        int tag = in.getInt();
        for (DescriptionKind kind : values()) {
            if (kind.tag == tag) {
                return kind;
            }
        }
        throw new BadSnapshotException("the monitor state has a description of unknown kind " + tag);
    }
}
