package dev.thaw.deploy.dev;

import dev.thaw.deploy.pack.IgnoreRules;
import dev.thaw.deploy.pack.PackageException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tells when something that belongs to a function's package has changed. For one thread; ends when closed. */
public final class FolderWatch implements AutoCloseable {
    /** Which files of the folder are watched. */
    @FunctionalInterface
    public interface Watched {
        /** @param relative path from the folder, not empty */
        boolean test(Path relative, boolean folder) throws IOException, PackageException;

        /** Those that are packed. */
        static Watched packed(Path folder) {
            return (relative, isFolder) -> !IgnoreRules.of(folder).ignores(relative, isFolder);
        }
    }

    private final Path folder;
    private final Watched watched;
    private final Duration quiet;
    private final WatchService service;

    /**
     * Watches a folder from now on.
     *
     * @param folder absolute
     * @param watched which of its files count
     * @param quiet how long nothing may have happened before a change counts: editors write a file in several steps
     */
    public FolderWatch(Path folder, Watched watched, Duration quiet) throws IOException, PackageException {
        this.folder = folder;
        this.watched = watched;
        this.quiet = quiet;
        this.service = folder.getFileSystem().newWatchService();
        registerFolders();
    }

    /** Waits for a change and for the quiet after it. */
    public void awaitChange() throws InterruptedException, IOException, PackageException {
        boolean changed = false;
        while (!changed) {
            changed = isRelevant(service.take());
        }
        for (WatchKey key; (key = service.poll(quiet.toMillis(), TimeUnit.MILLISECONDS)) != null; ) {
            isRelevant(key);
        }
        registerFolders(); // folders that came with the change; a folder that is watched already stays so
    }

    private boolean isRelevant(WatchKey key) throws IOException, PackageException {
        boolean relevant = false;
        for (WatchEvent<?> event : key.pollEvents()) {
            relevant |= switch (event.context()) {
                case Path name -> {
                    Path path = ((Path) key.watchable()).resolve(name);
                    yield watched.test(folder.relativize(path), Files.isDirectory(path));
                }
                case null, default -> true; // OVERFLOW: so much happened that the kernel stopped counting
            };
        }
        key.reset();
        return relevant;
    }

    private void registerFolders() throws IOException, PackageException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                try {
                    if (!path.equals(folder) && !watched.test(folder.relativize(path), true)) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                } catch (PackageException e) {
                    throw new IOException(e.getMessage(), e);
                }
                path.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException problem) {
                return FileVisitResult.CONTINUE; // gone between listing and visiting
            }
        });
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
