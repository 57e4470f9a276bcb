package dev.thaw.controlplane.packages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/**
 * A file for reading, of which only so many bytes may be read until {@link #unbound}. A zip's directory is read into memory as a
 * whole, whatever number of entries it claims, so this is what bounds it.
 */
final class BoundedReads implements SeekableByteChannel {
    private final FileChannel file;
    private final String complaint;
    private long left;

    /** @param complaint message of the {@link IOException} when more is read */
    BoundedReads(FileChannel file, long limit, String complaint) {
        this.file = file;
        this.left = limit;
        this.complaint = complaint;
    }

    void unbound() {
        left = Long.MAX_VALUE;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = file.read(target);
        left -= Math.max(0, read);
        if (left < 0) {
            throw new IOException(complaint);
        }
        return read;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return file.write(source); // fails: the file is open for reading
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        file.truncate(size); // fails: the file is open for reading
        return this;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
