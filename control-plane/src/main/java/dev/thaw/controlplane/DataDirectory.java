package dev.thaw.controlplane;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The server's data directory: its layout, and the lock that keeps a second server out.
 *
 * <p>Directories are made with mode 0700: packages and snapshots may hold secrets of the functions. The lock is a
 * {@code fcntl} lock on {@code lock}, so it goes with the process however that ends.
 */
final class DataDirectory implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final FileChannel lock;

    private DataDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** Creates what is missing below {@code root} and takes the lock. */
    static DataDirectory open(Path root) throws StartException {
        try {
            Files.createDirectories(root, PRIVATE);
            FileChannel lock = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(lock)) {
                lock.close();
                throw new StartException("the data directory " + root + " is in use by another Thaw server: stop it, or give this one another --data");
            }
            DataDirectory directory = new DataDirectory(root, lock);
            for (Path part : List.of(directory.packages(), directory.logs(), directory.secrets(), directory.temporary())) {
                Files.createDirectories(part, PRIVATE);
            }
            return directory;
        } catch (IOException e) {
            throw new StartException("the data directory " + root + " cannot be written (" + reason(e) + "): give a writable one with --data", e);
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // held by another server of this same process
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
    }

    Path registry() {
        return root.resolve("registry.db");
    }

    /** Asynchronous invocations and dead letters. */
    Path queue() {
        return root.resolve("queue.db");
    }

    /** What was changed, and by whom. */
    Path audit() {
        return root.resolve("audit.log");
    }

    Path objects() {
        return root.resolve("objects");
    }

    /** What the invoker keeps besides objects. */
    Path invoker() {
        return root.resolve("invoker");
    }

    Path packages() {
        return root.resolve("packages");
    }

    Path logs() {
        return root.resolve("logs");
    }

    /** What Kafka triggers may name: files that the server's owner puts there. */
    Path secrets() {
        return root.resolve("secrets");
    }

    /**
     * Names this server among others for as long as the directory lives: made by chance at its first call.
     *
     * @throws IOException when it can neither be read nor written
     */
    String server() throws IOException {
        Path file = root.resolve("server-id");
        try {
            return UUID.fromString(Files.readString(file).strip()).toString();
        } catch (NoSuchFileException | IllegalArgumentException _) {
            String id = UUID.randomUUID().toString();
            Path whole = Files.writeString(root.resolve("tmp").resolve("server-id"), id);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return id;
        }
    }

    /** For uploads and extractions under way; emptied at every start. */
    Path temporary() {
        return root.resolve("tmp");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            System.getLogger(DataDirectory.class.getName()).log(System.Logger.Level.WARNING, "unlocking " + root, e);
        }
    }
}
