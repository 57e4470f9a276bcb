package dev.thaw.controlplane.data;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.sqlite.SQLiteException;

/** Tells failures that mean that a disk is full, or a quota used up, from others. */
public final class FullDisk {
    /** How deep causes are looked through. */
    private static final int MOST_CAUSES = 16;
    /** What strerror(3) says of ENOSPC and EDQUOT. */
    private static final String NO_SPACE = "No space left on device";
    private static final String NO_QUOTA = "Disk quota exceeded";

    private FullDisk() {}

    /** Whether this, or what caused it, is for want of room on a disk. */
    public static boolean caused(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite && sqlite.getResultCode().code == org.sqlite.SQLiteErrorCode.SQLITE_FULL.code
                    || cause instanceof IOException io && said(io).filter(text -> text.contains(NO_SPACE) || text.contains(NO_QUOTA)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> said(IOException failure) {
        return Optional.ofNullable(failure instanceof FileSystemException file ? file.getReason() : failure.getMessage());
    }
}
