package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** File descriptors: small numbers to open file descriptions, with the close-on-exec flag. Bounded as RLIMIT_NOFILE says. */
public final class FdTable {
    /** RLIMIT_NOFILE inside the VM, soft and hard, until the program lowers it. */
    public static final int LIMIT = 65_536;

    private FileDescription[] open = new FileDescription[16];
    private boolean[] closeOnExec = new boolean[16];
    private int limit = LIMIT;
    /** Below it every descriptor is taken. */
    private int allTaken;
    /** Descriptions in messages under way (SCM_RIGHTS), by ticket. */
    private final Map<Integer, FileDescription> posted = new TreeMap<>();
    private int lastTicket;

    /** The description behind {@code fd}. @throws GuestError EBADF */
    public FileDescription get(int fd) {
        if (fd < 0 || fd >= open.length || open[fd] == null) {
            throw new GuestError(Errno.EBADF);
        }
        return open[fd];
    }

    /** No new descriptor at or above {@code soft} from now on; those that are open stay. */
    public void setLimit(long soft) {
        limit = (int) Math.clamp(soft, 0, LIMIT);
    }

    public boolean isOpen(int fd) {
        return fd >= 0 && fd < open.length && open[fd] != null;
    }

    /** Descriptors at and beyond this are not even looked at by select(2), as beyond Linux's table, which begins with 64. */
    public int selectable() {
        return Math.max(64, open.length);
    }

    /** Gives the lowest free descriptor at or above {@code least}; EMFILE (then the description is closed) beyond the limit. */
    public int add(FileDescription description, int least, boolean cloexec) {
        int fd = Math.max(least, allTaken);
        while (fd < open.length && open[fd] != null) {
            fd++;
        }
        if (least <= allTaken) {
            allTaken = fd;
        }
        if (fd >= limit) {
            description.retain();
            description.release();
            return -Errno.EMFILE;
        }
        put(fd, description, cloexec);
        return fd;
    }

    /** Whether {@link #add} would answer EMFILE. */
    public boolean full() {
        while (allTaken < open.length && open[allTaken] != null) {
            allTaken++;
        }
        return allTaken >= limit;
    }

    public int add(FileDescription description, boolean cloexec) {
        return add(description, 0, cloexec);
    }

    /** dup2(2)'s placing: whatever {@code fd} was is closed. */
    public int replace(int fd, FileDescription description, boolean cloexec) {
        if (fd < 0 || fd >= limit) {
            return -Errno.EBADF;
        }
        FileDescription old = isOpen(fd) ? open[fd] : null;
        put(fd, description, cloexec);
        if (old != null) {
            old.release();
        }
        return fd;
    }

    private void put(int fd, FileDescription description, boolean cloexec) {
        if (fd >= open.length) {
            int size = Math.min(LIMIT, Math.max(fd + 1, open.length * 2));
            open = Arrays.copyOf(open, size);
            closeOnExec = Arrays.copyOf(closeOnExec, size);
        }
        description.retain();
        open[fd] = description;
        closeOnExec[fd] = cloexec;
    }

    public int close(int fd) {
        if (!isOpen(fd)) {
            return -Errno.EBADF;
        }
        FileDescription description = open[fd];
        open[fd] = null;
        allTaken = Math.min(allTaken, fd);
        description.release();
        return 0;
    }

    public boolean closeOnExec(int fd) {
        get(fd);
        return closeOnExec[fd];
    }

    public void setCloseOnExec(int fd, boolean value) {
        get(fd);
        closeOnExec[fd] = value;
    }

    /** Keeps a description open for a message that it travels in. @return its ticket, or -ETOOMANYREFS */
    public int post(FileDescription description) {
        if (posted.size() >= limit) {
            return -Errno.ETOOMANYREFS;
        }
        description.retain();
        posted.put(++lastTicket, description);
        return lastTicket;
    }

    /** The message has come: a descriptor for what travelled in it, or -EMFILE. */
    public int unpack(int ticket, boolean cloexec) {
        FileDescription description = posted.remove(ticket);
        if (description == null) {
            throw new BadSnapshotException("the monitor state names ticket " + ticket + ", which it does not hold");
        }
        int fd = add(description, cloexec);
        description.release();
        return fd;
    }

    /** Nobody takes the message. */
    public void discard(int ticket) {
        FileDescription description = posted.remove(ticket);
        if (description != null) {
            description.release();
        }
    }

    /** The open descriptors in ascending order: /proc/self/fd, and a freeze. */
    public List<Integer> descriptors() {
        List<Integer> list = new ArrayList<>();
        for (int fd = 0; fd < open.length; fd++) {
            if (open[fd] != null) {
                list.add(fd);
            }
        }
        return list;
    }

    /** Writes each description once, and which descriptors share it. */
    public void save(StateWriter out) {
        List<FileDescription> descriptions = new ArrayList<>();
        Map<FileDescription, Integer> indexes = new IdentityHashMap<>();
        List<Integer> descriptors = descriptors();
        List<FileDescription> all = new ArrayList<>(posted.values());
        descriptors.forEach(fd -> all.add(open[fd]));
        for (FileDescription each : all) {
            if (indexes.putIfAbsent(each, descriptions.size()) == null) {
                descriptions.add(each);
            }
        }
        out.mark(31).putInt(descriptions.size());
        descriptions.forEach(description -> description.save(out));
        out.putInt(descriptors.size());
        descriptors.forEach(fd -> out.putInt(fd).putBoolean(closeOnExec[fd]).putInt(indexes.get(open[fd])));
        out.putInt(lastTicket).putInt(posted.size());
        posted.forEach((ticket, description) -> out.putInt(ticket).putInt(indexes.get(description)));
    }

    /**
     * Takes up what {@link #save} wrote, in an empty table.
     *
     * @param reader reads one description
     */
    public void load(StateReader in, Function<StateReader, FileDescription> reader) {
        in.expect(31);
        List<FileDescription> descriptions = new ArrayList<>();
        for (int i = in.getCount(8); i > 0; i--) {
            descriptions.add(reader.apply(in));
        }
        for (int i = in.getCount(12); i > 0; i--) {
            int fd = in.getInt();
            boolean cloexec = in.getBoolean();
            int index = in.getInt();
            if (fd < 0 || fd >= LIMIT || index < 0 || index >= descriptions.size()) {
                throw new BadSnapshotException("the monitor state has descriptor " + fd + " of description " + index);
            }
            put(fd, descriptions.get(index), cloexec);
        }
        lastTicket = in.getInt();
        for (int i = in.getCount(8); i > 0; i--) {
            int ticket = in.getInt();
            int index = in.getInt();
            if (index < 0 || index >= descriptions.size()) {
                throw new BadSnapshotException("the monitor state has ticket " + ticket + " of description " + index);
            }
            descriptions.get(index).retain();
            posted.put(ticket, descriptions.get(index));
        }
        descriptions.forEach(description -> description.loaded(this));
    }

    /** Closes everything: the VM ends. */
    public void closeAll() {
        for (int fd = 0; fd < open.length; fd++) {
            close(fd);
        }
        List.copyOf(posted.keySet()).forEach(this::discard);
    }
}
