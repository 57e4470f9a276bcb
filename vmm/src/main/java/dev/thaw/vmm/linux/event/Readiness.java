package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.fs.Poll;

/** A description's readiness with poll(2)'s older names for the same: asm-generic/poll.h. */
final class Readiness {
    static final int RDNORM = 0x040;
    static final int RDBAND = 0x080;
    static final int WRNORM = 0x100;
    static final int WRBAND = 0x200;

    private Readiness() {}

    static int of(FileDescription description) {
        int bits = description.readiness();
        return bits | ((bits & Poll.IN) != 0 ? RDNORM : 0) | ((bits & Poll.OUT) != 0 ? WRNORM : 0);
    }
}
