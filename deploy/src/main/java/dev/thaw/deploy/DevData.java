package dev.thaw.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where {@code dev} keeps its server's data: in the function's folder, so that the next start finds its snapshots, or in a
 * temporary folder when that one cannot be written.
 *
 * @param folder the data directory
 * @param temporary what is removed when closed
 */
record DevData(Path folder, Optional<TemporaryFolder> temporary) implements AutoCloseable {
    static DevData of(Path function) throws IOException {
        if (Files.isWritable(function)) {
            return new DevData(function.resolve(".thaw"), Optional.empty());
        }
        TemporaryFolder temporary = TemporaryFolder.create();
        return new DevData(temporary.path(), Optional.of(temporary));
    }

    @Override
    public void close() {
        temporary.ifPresent(TemporaryFolder::close);
    }
}
