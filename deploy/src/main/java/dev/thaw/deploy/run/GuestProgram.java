package dev.thaw.deploy.run;

import dev.thaw.deploy.Failure;
import dev.thaw.invoker.HostPrograms;
import dev.thaw.invoker.PrepareException;
import dev.thaw.vmm.linux.fs.Mount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program as the VM is to start it.
 *
 * @param path inside the VM
 * @param name argv[0]
 * @param mounts what it needs besides the root
 */
public record GuestProgram(String path, String name, List<Mount> mounts) {
    /**
     * The same, but for a Python outside the mounted folders (pyenv, /opt): that needs its library beside it, and pyenv's {@code python3}
     * is a script that only leads to it, so it is asked where it really is.
     *
     * @param environment of this process: where functions' interpreters are looked for too
     */
    public GuestProgram withItsLibrary(Map<String, String> environment) {
        if (mounts.isEmpty() || !path.matches(".*/python3(\\.\\d{1,3})?")) {
            return this;
        }
        Map<String, String> asked = new HashMap<>(environment);
        asked.putIfAbsent("THAW_PYTHON", path);
        try {
            HostPrograms.Python python = HostPrograms.python(asked);
            return new GuestProgram(python.executable().toString(), python.executable().toString(), python.mounts());
        } catch (PrepareException e) {
            throw new Failure(ExitStatus.OWN_FAILURE, e.getMessage());
        }
    }
}
