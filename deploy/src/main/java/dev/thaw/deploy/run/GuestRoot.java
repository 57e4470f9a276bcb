package dev.thaw.deploy.run;

import dev.thaw.vmm.linux.fs.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a program of {@code thaw run} sees of the host's files: the system's programs and libraries, or a root folder of the
 * user's; and where its programs are looked for. Everything is read-only; what the program writes is gone with it.
 *
 * @param mounts the folders, in order
 * @param programFolders where a program without a slash is looked for, on the host
 */
public record GuestRoot(List<Mount> mounts, List<Path> programFolders) {
    private static final List<String> SYSTEM = List.of(
            "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/ssl/certs", "/etc/alternatives",
            "/etc/nsswitch.conf", "/etc/localtime", "/etc/mime.types");

    /** The system's own folders. */
    public static GuestRoot ofHost(String path) {
        List<Mount> mounts = SYSTEM.stream()
                .filter(folder -> Files.exists(Path.of(folder)))
                .map(folder -> new Mount(folder, folder, false))
                .toList();
        return new GuestRoot(mounts, Stream.of(path.split(":")).filter(entry -> entry.startsWith("/")).map(Path::of).toList());
    }

    /** A folder that holds a whole root filesystem. */
    public static GuestRoot ofFolder(Path root, String path) {
        Path absolute = root.toAbsolutePath().normalize();
        List<Path> folders = Stream.of(path.split(":"))
                .filter(entry -> entry.startsWith("/"))
                .map(entry -> absolute.resolve(entry.substring(1)))
                .toList();
        return new GuestRoot(List.of(new Mount("/", absolute.toString(), false)), folders);
    }

    /** The same with a program's file at its own path, unless it is in a mounted folder already; then volumes on top. */
    public List<Mount> with(Path program, List<Mount> volumes) {
        List<Mount> all = new ArrayList<>(mounts);
        if (mounts.stream().noneMatch(mount -> program.startsWith(mount.hostPath()))) {
            all.add(new Mount(program.toString(), program.toString(), false));
        }
        all.addAll(volumes);
        return List.copyOf(all);
    }

    /** Where a file of the host is inside the VM. */
    public String guestPath(Path file) {
        return mounts.stream()
                .filter(mount -> mount.guestPath().equals("/") && file.startsWith(mount.hostPath()))
                .map(mount -> "/" + Path.of(mount.hostPath()).relativize(file))
                .findFirst()
                .orElse(file.toString());
    }
}
