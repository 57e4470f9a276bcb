package dev.thaw.controlplane.data;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sqlite.SQLiteException;

/** Tells failures that mean that a disk is full, or a quota used up, from others. */
public final class FullDisk {
    /** How deep causes are looked through. */
    private static final int MOST_CAUSES = 16;
    /** linux/errno-base.h and asm-generic/errno.h. */
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;
    /** What says so, in the C library's own language and in this process's. */
    private static final Set<String> WORDS = Stream.concat(Stream.of("No space left on device", "Disk quota exceeded"),
            Stream.of(ENOSPC, EDQUOT).map(ErrorText::of).flatMap(Optional::stream)).collect(Collectors.toUnmodifiableSet());

    private FullDisk() {}

    /** Whether this, or what caused it, is for want of room on a disk. */
    public static boolean caused(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite && sqlite.getResultCode().code == org.sqlite.SQLiteErrorCode.SQLITE_FULL.code
                    || cause instanceof IOException io && said(io).filter(text -> WORDS.stream().anyMatch(text::contains)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> said(IOException failure) {
        return Optional.ofNullable(failure instanceof FileSystemException file ? file.getReason() : failure.getMessage());
    }
}
