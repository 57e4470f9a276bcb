package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.List;

/** The VM's network: its loopback, and the host's services there. */
public final class Network {
    public Network(Kernel kernel, List<GuestService> services) {}

    public void save(StateWriter out) {}

    public void load(StateReader in) {}
}
