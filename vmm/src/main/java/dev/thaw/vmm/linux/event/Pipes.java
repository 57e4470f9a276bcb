package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Map;
import java.util.TreeMap;

/** A VM's open pipes by id, so that both ends find the same pipe after a thaw. */
public final class Pipes {
    private final Kernel kernel;
    private final Map<Integer, Pipe> open = new TreeMap<>();

    public Pipes(Kernel kernel) {
        this.kernel = kernel;
    }

    Pipe create() {
        Pipe pipe = new Pipe(kernel, kernel.network().newId());
        open.put(pipe.id(), pipe);
        return pipe;
    }

    void forget(Pipe pipe) {
        open.remove(pipe.id());
    }

    /** The pipe that saved state knows by this id. @throws BadSnapshotException where there is none */
    Pipe get(int id) {
        Pipe pipe = open.get(id);
        if (pipe == null) {
            throw new BadSnapshotException("the monitor state names pipe " + id + ", which it does not hold");
        }
        return pipe;
    }

    public void save(StateWriter out) {
        out.mark(21).putInt(open.size());
        open.values().forEach(pipe -> pipe.save(out));
    }

    public void load(StateReader in) {
        in.expect(21);
        for (int i = in.getCount(24); i > 0; i--) {
            Pipe pipe = Pipe.load(kernel, in);
            open.put(pipe.id(), pipe);
        }
    }
}
