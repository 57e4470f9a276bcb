package dev.thaw.deploy.run;

import dev.thaw.deploy.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds a program's file as a shell does, with a shell's exit statuses when there is none. */
public final class ProgramLookup {
    /** POSIX shells: command found but not executable; command not found. */
    public static final int NOT_EXECUTABLE = 126;
    public static final int NOT_FOUND = 127;

    private ProgramLookup() {}

    /**
     * The program's file, absolute.
     *
     * @param program a path when it has a slash, else a name to look for
     * @param folders where to look, in order
     */
    public static Path find(String program, List<Path> folders) {
        if (program.contains("/")) {
            return checked(Path.of(program).toAbsolutePath().normalize(), program);
        }
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> notFound(program, folders));
    }

    private static Failure notFound(String program, List<Path> folders) {
        boolean here = Files.isRegularFile(Path.of(program));
        if (program.endsWith(".wasm")) {
            return here ? new Failure(NOT_EXECUTABLE, program + ": no WebAssembly module in binary form, which begins with the bytes 00 61 73 6d")
                    : new Failure(NOT_FOUND, program + ": no such file");
        }
        return new Failure(NOT_FOUND, program + ": not found in " + String.join(", ", folders.stream().map(Path::toString).distinct().toList())
                + (here ? "; the one in this folder is ./" + program : ""));
    }

    private static Path checked(Path file, String program) {
        if (!Files.exists(file)) {
            throw new Failure(NOT_FOUND, program + ": no such file");
        }
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new Failure(NOT_EXECUTABLE, program + ": not an executable file");
        }
        return file;
    }
}
