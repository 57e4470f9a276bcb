package dev.thaw.deploy.run;

import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Reason;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A file of trace lines, each written when it comes. A full disk ends the trace, not the program. */
public final class TraceFile implements Consumer<String>, AutoCloseable {
    private final Path file;
    private final BufferedWriter writer;

    public TraceFile(Path file) {
        this.file = file;
        try {
            this.writer = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw new Failure(ExitStatus.OWN_FAILURE, "--trace: cannot write " + file + ": " + Reason.of(e));
        }
    }

    @Override
    public void accept(String line) {
        try {
            writer.write(line);
            writer.newLine();
            writer.flush(); // Ctrl-C ends the process at once, and the last lines are the ones that are looked for
        } catch (IOException e) {
            // told when it is closed: BufferedWriter fails there too
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new Failure(ExitStatus.OWN_FAILURE, "--trace: cannot write " + file + ": " + Reason.of(e));
        }
    }
}
