package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.OpenFlags;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A VM's open pipes by id, so that both ends find the same pipe after a thaw, and its count of scans. */
public final class EventObjects {
    private final Kernel kernel;
    private final Map<Integer, Pipe> pipes = new TreeMap<>();
    private final Map<Integer, Pipe> fifos = new HashMap<>();
    private long scan;

    public EventObjects(Kernel kernel) {
        this.kernel = kernel;
    }

    Pipe createPipe() {
        return create(Pipe.NO_FIFO);
    }

    private Pipe create(int fifo) {
        Pipe pipe = new Pipe(kernel, kernel.network().newId(), fifo);
        pipes.put(pipe.id(), pipe);
        return pipe;
    }

    /**
     * open(2) of a FIFO. An open that would wait for the other side is refused: ENXIO.
     *
     * @param fifo the file system's key of it
     * @param flags the access mode and O_NONBLOCK
     */
    public FileDescription openFifo(int fifo, int flags) {
        Optional<Pipe> open = Optional.ofNullable(fifos.get(fifo));
        boolean both = OpenFlags.readable(flags) && OpenFlags.writable(flags);
        boolean patient = OpenFlags.readable(flags) && (flags & OpenFlags.O_NONBLOCK) != 0;
        boolean met = open.isPresent() && (OpenFlags.readable(flags) ? open.get().hasWriters() : open.get().hasReaders());
        if (!both && !patient && !met) {
            throw new GuestError(Errno.ENXIO);
        }
        Pipe pipe = open.orElseGet(() -> create(fifo));
        fifos.put(fifo, pipe);
        return new PipeEnd(kernel, pipe, flags);
    }

    void forget(Pipe pipe) {
        pipes.remove(pipe.id());
        fifos.remove(pipe.fifo(), pipe);
    }

    /** The pipe that saved state knows by this id. @throws BadSnapshotException where there is none */
    Pipe pipe(int id) {
        Pipe pipe = pipes.get(id);
        if (pipe == null) {
            throw new BadSnapshotException("the monitor state names pipe " + id + ", which it does not hold");
        }
        return pipe;
    }

    /**
     * Begins a look at several descriptions' readiness, during which nothing changes: an epoll met twice in it answers the second
     * time what it found the first time, so that no nesting makes a scan longer than all watches together.
     */
    void beginScan() {
        scan++;
    }

    long scan() {
        return scan;
    }

    public void save(StateWriter out) {
        out.mark(21).putInt(pipes.size());
        pipes.values().forEach(pipe -> pipe.save(out));
    }

    public void load(StateReader in) {
        in.expect(21);
        for (int i = in.getCount(24); i > 0; i--) {
            Pipe pipe = Pipe.load(kernel, in);
            pipes.put(pipe.id(), pipe);
            if (pipe.fifo() != Pipe.NO_FIFO) {
                fifos.put(pipe.fifo(), pipe);
            }
        }
    }
}
