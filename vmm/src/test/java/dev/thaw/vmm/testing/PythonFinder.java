package dev.thaw.vmm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A CPython 3.11 or newer of the host.
 *
 * @param executable the binary itself, no shim and no link
 * @param prefix the folder with its library, which the VM must see at the same path
 */
public record PythonFinder(Path executable, Path prefix) {
    private static final String QUESTION = "import sys, os; print(os.path.realpath(sys.executable)); print(sys.base_prefix);"
            + " print(int(sys.version_info >= (3, 11)))";

    /** The first that answers; asked once for all tests. */
    public static Optional<PythonFinder> found() {
        return Holder.FOUND;
    }

    private static Optional<PythonFinder> look() {
        return Stream.concat(Stream.of("/usr/bin/python3", "/usr/bin/python3.11", "/usr/bin/python3.12", "/usr/bin/python3.13")
                        .map(Path::of).filter(Files::isExecutable),
                Stream.of("python3", "python3.11", "python3.12", "python3.13").flatMap(n -> Needs.command(n).stream()))
                .flatMap(candidate -> ask(candidate).stream()).findFirst();
    }

    private static Optional<PythonFinder> ask(Path candidate) {
        try {
            Process process = new ProcessBuilder(List.of(candidate.toString(), "-c", QUESTION))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
            boolean usable = process.waitFor() == 0 && lines.length == 3 && lines[2].equals("1");
            return usable ? Optional.of(new PythonFinder(Path.of(lines[0]), Path.of(lines[1]))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Lets the VM see it. */
    public Vm mountedIn(Vm vm) {
        return prefix.startsWith("/usr") && !prefix.startsWith("/usr/local") ? vm : vm.mount(prefix.toString(), prefix, false);
    }

    private static final class Holder {
        static final Optional<PythonFinder> FOUND = look();
    }
}
