package dev.thaw.vmm.linux;

import dev.thaw.vmm.host.HostRandom;

/** Random bytes for a guest: the host kernel's, taken anew each time, so that no two VMs thawed from one snapshot see the same. */
public final class Entropy {
    /** {@code length} random bytes. */
    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        HostRandom.fill(bytes);
        return bytes;
    }
}
