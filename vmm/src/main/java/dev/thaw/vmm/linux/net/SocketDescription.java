package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.DescriptionKind;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.linux.fs.Stat;
import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Optional;

/** An open socket. It owns the socket: closing the one closes the other. */
public final class SocketDescription extends FileDescription {
    /** asm-generic/ioctls.h and linux/sockios.h. */
    private static final int FIONREAD = 0x541b;
    private static final int FIONBIO = 0x5421;
    private static final int SIOCOUTQ = 0x5411;

    private final Socket socket;

    SocketDescription(Socket socket, boolean nonBlocking) {
        super(OpenFlags.O_RDWR | (nonBlocking ? OpenFlags.O_NONBLOCK : 0));
        this.socket = socket;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public long read(Task task, UserBuffer into) {
        if (into.remaining() == 0) {
            return 0;
        }
        long result = socket.receive(into, 0).result();
        socket.discardRights();
        return result;
    }

    @Override
    public long write(Task task, UserBuffer from) {
        return socket.send(from, Optional.empty(), 0);
    }

    @Override
    public long ioctl(Task task, int request, long argument) {
        switch (request) {
            case FIONREAD -> {
                long unread = socket.unread();
                if (unread < 0) {
                    return unread;
                }
                task.user().writeInt(argument, (int) Math.min(unread, Integer.MAX_VALUE));
            }
            case SIOCOUTQ -> task.user().writeInt(argument, 0);
            case FIONBIO -> {
                int flags = statusFlags() & ~OpenFlags.O_NONBLOCK;
                setStatusFlags(task.user().readInt(argument) != 0 ? flags | OpenFlags.O_NONBLOCK : flags);
            }
            default -> {
                return InterfaceCalls.knows(request) ? InterfaceCalls.ioctl(task.user(), request, argument) : -Errno.ENOTTY;
            }
        }
        return 0;
    }

    @Override
    public boolean writesAll() {
        return socket.type() == SocketConstants.SOCK_STREAM;
    }

    @Override
    public int readiness() {
        return socket.readiness();
    }

    @Override
    public long readTimeout() {
        return socket.options().receiveTimeout();
    }

    @Override
    public long writeTimeout() {
        return socket.options().sendTimeout();
    }

    @Override
    public long activity() {
        return socket.activity();
    }

    @Override
    public Stat stat() {
        return new Stat(8, socket.id(), Stat.S_IFSOCK | 0777, 1, 0, 0, 0, 0, 4096, 0, 0, 0, 0);
    }

    @Override
    public String linkName() {
        return "socket:[" + socket.id() + "]";
    }

    @Override
    protected void close() {
        socket.close();
    }

    @Override
    public void save(StateWriter out) {
        out.putInt(DescriptionKind.SOCKET.tag()).putInt(statusFlags()).putInt(socket.id());
    }

    /** Reads what {@link #save} wrote after the tag; the network is loaded already. */
    public static SocketDescription load(StateReader in, Network network) {
        int flags = in.getInt();
        SocketDescription description = new SocketDescription(network.socket(in.getInt()), false);
        description.setStatusFlags(flags);
        return description;
    }
}
