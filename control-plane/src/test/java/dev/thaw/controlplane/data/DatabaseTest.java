package dev.thaw.controlplane.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.SmallDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database whose disk is full, or whose file is no good. */
@Timeout(120)
class DatabaseTest {
    private static final List<String> TABLE = List.of("CREATE TABLE t (id INTEGER PRIMARY KEY, content BLOB) STRICT;");

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("test.db");
    }

    private Database open() throws IOException {
        return new Database("test", file(), TABLE);
    }

    private static CompletableFuture<Integer> put(Database database, int id, int bytes) {
        return database.submit(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
                insert.setInt(1, id);
                insert.setBytes(2, new byte[bytes]);
                insert.executeUpdate();
            }
            return id;
        });
    }

    private static Set<Integer> ids(Database database) throws IOException {
        return database.transaction("read", connection -> {
            Set<Integer> ids = new TreeSet<>();
            try (Statement select = connection.createStatement(); ResultSet row = select.executeQuery("SELECT id FROM t")) {
                while (row.next()) {
                    ids.add(row.getInt(1));
                }
            }
            return ids;
        });
    }

    /** Puts many side by side, so that they share transactions; notes those that were said to be stored. How many were not. */
    private static int put(Database database, int from, int count, int bytes, Set<Integer> stored) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int id = from; id < from + count; id++) {
            all.add(put(database, id, bytes));
        }
        int failed = 0;
        for (CompletableFuture<Integer> each : all) {
            failed += each.handle((id, failure) -> {
                if (failure == null) {
                    stored.add(id);
                    return 0;
                }
                assertTrue(FullDisk.caused(failure), failure::toString);
                return 1;
            }).join();
        }
        return failed;
    }

    @Test
    void onAFullDiskChangesFailAndWhatWasStoredIsKeptAndWithRoomItGoesOn() throws Exception {
        Set<Integer> stored = new TreeSet<>();
        try (SmallDisk disk = SmallDisk.on(folder, 3)) {
            try (Database database = open()) {
                int id = 0;
                for (int round = 0; round < 3; round++) {
                    assertEquals(0, put(database, id, 50, 1_000, stored));
                    id += 50;
                    disk.fill();
                    int failed = 0;
                    for (int i = 0; i < 20; i++, id += 50) {
                        failed += put(database, id, 50, 1_000, stored);
                        assertEquals(stored, ids(database), "what was not stored is not there, what was is");
                    }
                    assertTrue(failed > 0);
                    disk.empty();
                }
                assertEquals(0, put(database, id, 50, 1_000, stored), "as if nothing had been");
            }
            try (Database database = open()) {
                assertEquals(stored, ids(database));
            }
        }
    }

    /** Where nobody may mount: SQLite's own limit on a file fails in the same way. */
    @Test
    void aFileThatMayNotGrowFailsChangesAndGoesOnWhenItMay() throws Exception {
        Set<Integer> stored = new TreeSet<>();
        try (Database database = open()) {
            assertEquals(0, put(database, 0, 50, 1_000, stored));
            limit(database, 20);
            assertTrue(put(database, 50, 500, 1_000, stored) > 0);
            assertEquals(stored, ids(database));
            limit(database, 1 << 30);
            assertEquals(0, put(database, 1_000, 500, 1_000, stored));
            assertEquals(stored, ids(database));
        }
    }

    private static void limit(Database database, int pages) throws IOException {
        database.transaction("limit", connection -> {
            try (Statement pragma = connection.createStatement()) {
                return pragma.execute("PRAGMA max_page_count = " + pages);
            }
        });
    }

    @Test
    void damageIsFoundAtTheStartAndSaysWhichFileAndWhatToDo() throws Exception {
        try (Database database = open()) {
            put(database, 0, 200, 1_000, new TreeSet<>());
        }
        try (RandomAccessFile damage = new RandomAccessFile(file().toFile(), "rw")) {
            damage.seek(4_096 * 3);
            damage.write(new byte[4_096 * 2]);
        }
        String message = assertThrows(IOException.class, this::open).getMessage();
        assertTrue(message.contains(file() + ": the file is damaged") && message.contains("test.db-wal") && message.contains("begins with an empty one"), message);
    }

    @Test
    void aFolderInItsPlaceIsNamed() throws Exception {
        Files.createDirectory(file());
        String message = assertThrows(IOException.class, this::open).getMessage();
        assertTrue(message.contains(file() + ": the file and its folder must be writable"), message);
    }

    @Test
    void aDiskThatIsReadOnlyIsNamed() throws Exception {
        try (SmallDisk disk = SmallDisk.on(folder, 3)) {
            open().close();
            disk.readOnly(true);
            String message = assertThrows(IOException.class, this::open).getMessage();
            assertTrue(message.contains(file() + ": the file and its folder must be writable"), message);
            disk.readOnly(false);
            open().close();
        }
    }

    @Test
    void otherFailuresAreNoFullDisk() {
        assertFalse(FullDisk.caused(new IOException("No such file")));
        assertFalse(FullDisk.caused(new IOException()));
        assertTrue(FullDisk.caused(new IllegalStateException(new IOException("No space left on device"))));
    }
}
