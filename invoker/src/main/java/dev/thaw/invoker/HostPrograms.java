package dev.thaw.invoker;

import dev.thaw.vmm.linux.fs.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What functions see of the host, for running other programs the same way: {@code thaw run}. */
public final class HostPrograms {
    private HostPrograms() {}

    /**
     * An interpreter of the host's.
     *
     * @param executable the binary itself, links resolved; it has to be argv[0], since it finds its library by where it is
     * @param mounts what it needs beyond {@link #mounts()}
     */
    public record Python(Path executable, List<Mount> mounts) {}

    /** The folders of programs and libraries that every function sees, read-only. */
    public static List<Mount> mounts() {
        return HostRoot.mounts();
    }

    /** Whether a file of the host is in {@link #mounts()}. */
    public static boolean covers(Path file) {
        return HostRoot.covers(file);
    }

    /**
     * The CPython that functions would get with this environment (THAW_PYTHON, PATH, HOME).
     *
     * @throws PrepareException when there is none; the message says what to install
     */
    public static Python python(Map<String, String> environment) throws PrepareException {
        Interpreter found = new PythonFinder(environment).find();
        return new Python(found.executable(), found.mounts());
    }
}
