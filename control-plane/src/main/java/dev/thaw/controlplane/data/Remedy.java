package dev.thaw.controlplane.data;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteException;

/** What whoever runs the server can do about a database file that cannot be opened. */
final class Remedy {
    private Remedy() {}

    /** A sentence's end: empty, or begins with a colon. */
    static String of(SQLException failure, Path file) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return "";
        }
        // The low byte of a result code is what kind of failure it is: https://www.sqlite.org/rescode.html
        return switch (sqlite.getResultCode().code & 0xff) {
            case 11, 26 -> ": the file is damaged or no database. Put a copy of it back, or move it aside with " + file.getFileName()
                    + "-wal and -shm beside it: the server then begins with an empty one"; // SQLITE_CORRUPT, SQLITE_NOTADB
            case 3, 8, 14 -> ": the file and its folder must be writable by the user that the server runs as"; // PERM, READONLY, CANTOPEN
            case 5, 6 -> ": another process uses the file; end it"; // BUSY, LOCKED
            case 13 -> ": the disk is full; make room"; // FULL
            default -> "";
        };
    }
}
