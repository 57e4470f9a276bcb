package dev.thaw.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Whether tests that run VMs can. */
public final class Kvm {
    private Kvm() {}

    /** Skips the test with a reason where there is no KVM. */
    public static void needed() {
        Path device = Path.of("/dev/kvm");
        Assumptions.assumeTrue(Files.isReadable(device) && Files.isWritable(device), "needs /dev/kvm, readable and writable");
    }
}
