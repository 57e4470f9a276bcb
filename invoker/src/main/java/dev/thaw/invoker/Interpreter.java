package dev.thaw.invoker;

import dev.thaw.vmm.linux.fs.Mount;
import java.nio.file.Path;
import java.util.List;

/**
 * An interpreter of the host's that functions can be run with.
 *
 * @param executable the binary itself, links resolved
 * @param version such as 3.13.0
 * @param mounts what it needs beyond the base folders: its prefix, libraries outside of /usr
 */
record Interpreter(Path executable, String version, List<Mount> mounts) {
    Interpreter {
        mounts = List.copyOf(mounts);
    }
}
