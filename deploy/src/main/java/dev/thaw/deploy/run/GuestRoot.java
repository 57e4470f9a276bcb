package dev.thaw.deploy.run;

import dev.thaw.invoker.HostPrograms;
import dev.thaw.vmm.linux.fs.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a program of {@code thaw run} sees of the host's files: the programs and libraries that functions see, or a root
 * folder of the user's; and where its programs are looked for. Everything is read-only; what the program writes is gone
 * with it.
 *
 * @param mounts the folders, in order
 * @param programFolders where a program without a slash is looked for, on the host
 */
public record GuestRoot(List<Mount> mounts, List<Path> programFolders) {
    /** The system's own folders; {@code path} is the host's PATH. */
    public static GuestRoot ofHost(String path) {
        return new GuestRoot(HostPrograms.mounts(), entries(path).map(Path::of).toList());
    }

    /** A folder that holds a whole root filesystem; {@code path} is the guest's PATH. */
    public static GuestRoot ofFolder(Path root, String path) {
        Path absolute = root.toAbsolutePath().normalize();
        return new GuestRoot(
                List.of(new Mount("/", absolute.toString(), false)),
                entries(path).map(entry -> absolute.resolve(entry.substring(1))).toList());
    }

    private static Stream<String> entries(String path) {
        return Stream.of(path.split(":")).filter(entry -> entry.startsWith("/"));
    }

    /** The program of a command line: one of this root, or any file of the host, which the VM then sees at its own path. */
    public GuestProgram program(String word) {
        Path file = ProgramLookup.find(word, programFolders);
        for (Mount mount : mounts) {
            if (file.startsWith(mount.hostPath())) {
                return new GuestProgram(inside(mount, file), word, List.of());
            }
        }
        return new GuestProgram(file.toString(), word, List.of(new Mount(file.toString(), file.toString(), false)));
    }

    private static String inside(Mount mount, Path file) {
        return Path.of(mount.guestPath()).resolve(Path.of(mount.hostPath()).relativize(file)).toString();
    }
}
