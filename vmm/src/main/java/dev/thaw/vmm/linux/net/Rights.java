package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Descriptors in messages: SCM_RIGHTS of unix(7). While a message is under way the descriptor table keeps its descriptions, by
 * tickets, so that they are part of a snapshot; a message that nobody reads closes them.
 */
final class Rights {
    /** struct cmsghdr: length, level, type. */
    private static final int HEADER = 16;
    private static final int SCM_RIGHTS = 1;
    /** SCM_MAX_FD of net/scm.h. */
    private static final int MOST = 253;
    /** What net.core.optmem_max allows of control data. */
    private static final int MAX_CONTROL = 20_480;

    private Rights() {}

    /** The descriptions that control data names. @throws GuestError EBADF; EINVAL for headers that do not fit, or too many; ENOBUFS */
    static List<FileDescription> read(Task task, long control, long length) {
        List<FileDescription> named = new ArrayList<>();
        if (control == 0 || length == 0) {
            return named;
        }
        if (length < 0 || length > MAX_CONTROL) {
            throw new GuestError(Errno.ENOBUFS);
        }
        UserMemory user = task.user();
        for (long at = 0; at + HEADER <= length; ) {
            long size = user.readLong(control + at);
            if (size < HEADER || size > length - at) {
                throw new GuestError(Errno.EINVAL);
            }
            if (user.readInt(control + at + 8) == SocketOptions.SOL_SOCKET && user.readInt(control + at + 12) == SCM_RIGHTS) {
                for (long each = HEADER; each + Integer.BYTES <= size; each += Integer.BYTES) {
                    named.add(task.files().get(user.readInt(control + at + each)));
                }
                if (named.size() > MOST) {
                    throw new GuestError(Errno.EINVAL);
                }
            }
            at += (size + 7) & -8;
        }
        return named;
    }

    /** Sends with descriptions, of which a socket that is not AF_UNIX takes no notice. */
    static long send(Task task, Socket socket, UserBuffer from, Optional<Endpoint> to, int flags, List<FileDescription> rights) {
        Optional<Inbox> destination = socket.destination(to);
        if (destination.isEmpty()) {
            return socket.send(from, to, flags);
        }
        FdTable files = task.files();
        List<Integer> tickets = new ArrayList<>();
        boolean gone = false;
        try {
            for (FileDescription each : rights) {
                int ticket = files.post(each);
                if (ticket < 0) {
                    return ticket;
                }
                tickets.add(ticket);
            }
            destination.get().carry(List.copyOf(tickets));
            long result = socket.send(from, to, flags);
            gone = destination.get().carried();
            return result;
        } finally {
            if (!gone) {
                destination.get().carried();
                tickets.forEach(files::discard);
            }
        }
    }

    /**
     * Gives the reader what came with the message it has read, as far as there is room.
     *
     * @param lengthAt where the length of the place at {@code control} stands, and the length used is written
     * @return MSG_CTRUNC where something was left out, else 0
     */
    static int receive(Task task, Socket socket, long control, long lengthAt, boolean cloexec) {
        UserMemory user = task.user();
        List<Integer> tickets = socket.inbox().freedRights();
        if (tickets.isEmpty()) {
            user.writeLong(lengthAt, 0);
            return 0;
        }
        long room = user.readLong(lengthAt);
        int fitting = control == 0 || room <= HEADER ? 0 : (int) Math.min(tickets.size(), (room - HEADER) / Integer.BYTES);
        int given = 0;
        FdTable files = task.files();
        try {
            while (given < fitting && !files.full()) {
                int fd = files.unpack(tickets.get(given), cloexec);
                given++;
                user.writeInt(control + HEADER + (given - 1L) * Integer.BYTES, fd);
            }
        } finally {
            tickets.forEach(files::discard);
        }
        long length = HEADER + (long) given * Integer.BYTES;
        if (given > 0) {
            user.writeLong(control, length);
            user.writeInt(control + 8, SocketOptions.SOL_SOCKET);
            user.writeInt(control + 12, SCM_RIGHTS);
        }
        user.writeLong(lengthAt, given == 0 ? 0 : Math.min(room, (length + 7) & -8));
        return given < tickets.size() ? SocketConstants.MSG_CTRUNC : 0;
    }
}
