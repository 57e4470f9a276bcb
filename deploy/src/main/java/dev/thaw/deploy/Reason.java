package dev.thaw.deploy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/** Why a file cannot be used, in words: the messages of most of these exceptions are only the file's name. */
public final class Reason {
    private Reason() {}

    /** Without the file's name, which whoever asks has already. */
    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "it is not UTF-8 text";
            case NotDirectoryException _ -> "it is not a folder";
            case FileSystemLoopException _ -> "its links lead in a circle";
            case FileSystemException file -> Optional.ofNullable(file.getReason()).orElse(file.getClass().getSimpleName());
            case IOException _ when String.valueOf(e.getMessage()).contains("received no bytes") -> "it was closed from the other side";
            default -> Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
        };
    }
}
