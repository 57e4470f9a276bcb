package dev.thaw.vmm.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine it runs on; where it is missing the test is skipped and says so. */
public final class Needs {
    private Needs() {}

    public static void kvm() {
        Path kvm = Path.of("/dev/kvm");
        Assumptions.assumeTrue(Files.exists(kvm), "there is no /dev/kvm");
        Assumptions.assumeTrue(Files.isReadable(kvm) && Files.isWritable(kvm), "/dev/kvm may not be opened by this user");
    }

    /** A command of the PATH. */
    public static Optional<Path> command(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")).map(d -> Path.of(d, name))
                .filter(Files::isExecutable).findFirst();
    }
}
