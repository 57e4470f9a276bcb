package dev.thaw.deploy.dev;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
    /** Not an expectation: the end of a test that hangs. */
    private static final Duration HUNG = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    @Test
    void aChangedFileIsNoticed() throws Exception {
        Path file = Files.writeString(folder.resolve("app.py"), "1");
        try (FolderWatch watch = new FolderWatch(folder, FolderWatch.Watched.packed(folder), QUIET)) {
            Files.writeString(file, "2");
            assertTimeoutPreemptively(HUNG, watch::awaitChange);
        }
    }

    @Test
    void aFileInAFolderThatCameLaterIsNoticed() throws Exception {
        try (FolderWatch watch = new FolderWatch(folder, FolderWatch.Watched.packed(folder), QUIET)) {
            Path inner = Files.createDirectories(folder.resolve("lib/inner"));
            assertTimeoutPreemptively(HUNG, watch::awaitChange);
            Files.writeString(inner.resolve("a.py"), "1");
            assertTimeoutPreemptively(HUNG, watch::awaitChange);
        }
    }

    @Test
    void whatIsNotPackedDoesNotCount() throws Exception {
        Files.createDirectory(folder.resolve(".thaw"));
        CountDownLatch began = new CountDownLatch(1);
        try (FolderWatch watch = new FolderWatch(folder, FolderWatch.Watched.packed(folder), QUIET)) {
            CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
                began.countDown();
                try {
                    watch.awaitChange();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }, Thread::startVirtualThread);
            began.await();
            Files.writeString(folder.resolve(".thaw/registry.db"), "1");
            Files.createDirectory(folder.resolve("__pycache__"));
            Files.createDirectory(folder.resolve(".git"));
            Thread.sleep(300);
            assertFalse(change.isDone());
            Files.writeString(folder.resolve("app.py"), "1");
            assertTimeoutPreemptively(HUNG, () -> change.join());
        }
    }
}
