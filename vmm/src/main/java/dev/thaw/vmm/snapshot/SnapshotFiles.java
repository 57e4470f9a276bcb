package dev.thaw.vmm.snapshot;

import dev.thaw.vmm.host.HostException;
import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.kvm.CpuFeatures;
import dev.thaw.vmm.linux.fs.HostFileStamp;
import dev.thaw.vmm.memory.GuestMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The two files of a snapshot.
 *
 * <pre>
 * memory.img  guest-physical memory from 0 to the high-water mark, zero pages as holes
 * state.bin   magic "THAWSNAP", version (4 bytes), CRC-32C of the rest (4), then the fields in the order of {@link #write}
 * </pre>
 */
public final class SnapshotFiles {
    static final String MEMORY = "memory.img";
    static final String STATE = "state.bin";
    static final long MAGIC = 0x5448_4157_534e_4150L;
    /** Counted up whenever a field, ring 0's layout or anything saved changes its meaning. */
    static final int VERSION = 3;
    static final int HEADER = 16;
    /** More than any real state; bounds what a foreign file can make us allocate. */
    static final long MAX_STATE = 256L << 20;

    private static final int CHUNK_PAGES = 256;

    private SnapshotFiles() {}

    public static void write(Path folder, CpuFeatures features, GuestMemory memory, long programBytes,
            List<HostFileStamp> stamps, byte[] kernelState) {
        try {
            int memoryCrc = writeMemory(folder.resolve(MEMORY), memory);
            StateWriter out = new StateWriter();
            for (int word : words(features)) {
                out.putInt(word);
            }
            out.putLong(programBytes).putLong(memory.reserved()).putLong(memory.highWater()).putInt(memoryCrc)
                    .putLongs(memory.freeFrames());
            HostFileStamp.saveAll(stamps, out);
            out.putBytes(kernelState);
            byte[] body = out.toByteArray();
            CRC32C crc = new CRC32C();
            crc.update(body);
            ByteBuffer header = ByteBuffer.allocate(HEADER).putLong(MAGIC).putInt(VERSION).putInt((int) crc.getValue());
            try (FileChannel file = create(folder.resolve(STATE))) {
                writeAll(file, header.flip());
                writeAll(file, ByteBuffer.wrap(body));
                file.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the snapshot into " + folder, e);
        }
    }

    static int[] words(CpuFeatures f) {
        return new int[] {f.leaf1Ecx(), f.leaf1Edx(), f.leaf7Ebx(), f.leaf7Ecx(), f.leaf7Edx(), f.xcr0(), f.extendedEcx()};
    }

    private static int writeMemory(Path path, GuestMemory memory) throws IOException {
        MemorySegment zero = MemorySegment.ofArray(new byte[(int) GuestMemory.PAGE]);
        CRC32C crc = new CRC32C();
        long end = memory.highWater();
        try (FileChannel file = create(path)) {
            for (long at = 0; at < end; ) {
                MemorySegment page = memory.segment().asSlice(at, GuestMemory.PAGE);
                if (page.mismatch(zero) < 0) {
                    crc.update(zero.asByteBuffer());
                    at += GuestMemory.PAGE;
                    continue;
                }
                long to = at + GuestMemory.PAGE;
                while (to < end && to - at < CHUNK_PAGES * GuestMemory.PAGE
                        && memory.segment().asSlice(to, GuestMemory.PAGE).mismatch(zero) >= 0) {
                    to += GuestMemory.PAGE;
                }
                ByteBuffer run = memory.segment().asSlice(at, to - at).asByteBuffer();
                crc.update(run.duplicate());
                file.position(at);
                writeAll(file, run);
                at = to;
            }
            if (file.size() < end) {
                file.position(end - 1);
                writeAll(file, ByteBuffer.wrap(new byte[1]));
            }
            file.force(true);
        }
        return (int) crc.getValue();
    }

    private static FileChannel create(Path path) throws IOException {
        Files.deleteIfExists(path);
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return FileChannel.open(path, StandardOpenOption.WRITE);
    }

    private static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** CRC-32C of the first {@code length} bytes of a file, as {@link #write} computed it over the memory. */
    static int checksum(Path path, long length) throws IOException {
        CRC32C crc = new CRC32C();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            if (file.size() != length) {
                throw new BadSnapshotException(path + " has " + file.size() + " bytes, not " + length);
            }
            ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
            for (long done = 0; done < length; ) {
                chunk.clear();
                int n = file.read(chunk);
                if (n <= 0) {
                    throw new BadSnapshotException(path + " ends too early");
                }
                crc.update(chunk.flip());
                done += n;
            }
        }
        return (int) crc.getValue();
    }

    static int openImage(Path folder) {
        int fd = HostFd.openOrErrno(folder.resolve(MEMORY).toString(), HostFd.O_RDONLY | HostFd.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new HostException("open " + folder.resolve(MEMORY), -fd);
        }
        return fd;
    }
}
