package dev.thaw.vmm.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compiles all guest programs, so that tests can run where there is no compiler: {@code .ci/stock-kvm} starts it in the module's
 * folder before it takes {@code target/guest} into its machine.
 */
final class CompileGuests {
    private CompileGuests() {}

    public static void main(String[] arguments) throws IOException {
        for (Path file : sources()) {
            GuestSource source = GuestSource.read(file);
            Set<Linkage> linkages = EnumSet.of(Linkage.STATIC);
            linkages.addAll(source.linkages());
            for (Linkage linkage : linkages) {
                GuestCompiler.compile(source, linkage);
            }
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(GuestSource.FOLDER)) {
            return files.filter(f -> f.toString().endsWith(".c") || f.toString().endsWith(".cc")).sorted().toList();
        }
    }
}
