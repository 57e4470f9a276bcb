package dev.thaw.vmm.snapshot;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.kvm.CpuFeatures;
import dev.thaw.vmm.linux.fs.HostFileStamp;
import dev.thaw.vmm.memory.GuestMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * A snapshot opened for thawing: its memory image and its monitor state, checked once. Shared by all VMs thawed from it, any
 * number at a time; they keep working after {@link #close}.
 */
public final class Snapshot implements AutoCloseable {
    private final int image;
    private final SnapshotImage content;
    private final CpuFeatures features;
    private final long programBytes;
    private final long reserved;
    private final long highWater;
    private final long[] freeFrames;
    private final byte[] kernelState;
    private final WorkingSetFile learned;
    private final Map<Long, MemorySegment> earlyContents = new ConcurrentHashMap<>();
    private volatile WorkingSet workingSet;
    private int learners;
    private boolean closed;

    private Snapshot(int image, SnapshotImage content, CpuFeatures features, long programBytes, long reserved, long highWater,
            long[] freeFrames, byte[] kernelState, WorkingSetFile learned) {
        this.image = image;
        this.content = content;
        this.features = features;
        this.programBytes = programBytes;
        this.reserved = reserved;
        this.highWater = highWater;
        this.freeFrames = freeFrames;
        this.kernelState = kernelState;
        this.learned = learned;
        this.workingSet = learned.read();
    }

    /**
     * Opens what {@link dev.thaw.vmm.Machine#freeze} wrote and checks it, checksums included.
     *
     * @throws BadSnapshotException torn, another format version, or host files that it maps have changed since
     */
    public static Snapshot open(Path folder) {
        try {
            return read(folder);
        } catch (IOException e) {
            throw new BadSnapshotException("the snapshot in " + folder + " cannot be read: " + e);
        }
    }

    private static Snapshot read(Path folder) throws IOException {
        Path stateFile = folder.resolve(SnapshotFiles.STATE);
        if (!Files.isRegularFile(stateFile) || !Files.isRegularFile(folder.resolve(SnapshotFiles.MEMORY))) {
            throw new BadSnapshotException("there is no snapshot in " + folder);
        }
        if (Files.size(stateFile) > SnapshotFiles.MAX_STATE) {
            throw new BadSnapshotException(stateFile + " is larger than any monitor state");
        }
        byte[] bytes = Files.readAllBytes(stateFile);
        if (bytes.length < SnapshotFiles.HEADER) {
            throw new BadSnapshotException(stateFile + " is torn: it has " + bytes.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (header.getLong() != SnapshotFiles.MAGIC) {
            throw new BadSnapshotException(stateFile + " is no Thaw snapshot");
        }
        int version = header.getInt();
        if (version != SnapshotFiles.VERSION) {
            throw new BadSnapshotException(stateFile + " has format version " + version + ", this Thaw reads "
                    + SnapshotFiles.VERSION);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, SnapshotFiles.HEADER, bytes.length - SnapshotFiles.HEADER);
        if ((int) crc.getValue() != header.getInt()) {
            throw new BadSnapshotException(stateFile + " is damaged: its checksum does not match");
        }
        StateReader in = new StateReader(java.util.Arrays.copyOfRange(bytes, SnapshotFiles.HEADER, bytes.length));
        CpuFeatures features = new CpuFeatures(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(),
                in.getInt(), in.getInt());
        long programBytes = in.getLong();
        long reserved = in.getLong();
        long highWater = in.getLong();
        int memoryCrc = in.getInt();
        long[] freeFrames = in.getLongs();
        HostFileStamp.firstChanged(HostFileStamp.loadAll(in)).ifPresent(path -> {
            throw new BadSnapshotException(path + " is not the file it was when the snapshot was made");
        });
        byte[] kernelState = in.getBytes();
        if (reserved < 0 || highWater < reserved || highWater % GuestMemory.PAGE != 0
                || highWater > reserved + programBytes) {
            throw new BadSnapshotException(stateFile + " contradicts itself about memory");
        }
        if (SnapshotFiles.checksum(folder.resolve(SnapshotFiles.MEMORY), highWater) != memoryCrc) {
            throw new BadSnapshotException(folder.resolve(SnapshotFiles.MEMORY) + " is damaged: its checksum does not match");
        }
        SnapshotImage content = SnapshotImage.map(folder.resolve(SnapshotFiles.MEMORY), highWater);
        return new Snapshot(SnapshotFiles.openImage(folder), content, features, programBytes, reserved, highWater, freeFrames,
                kernelState, new WorkingSetFile(folder, memoryCrc, (int) (highWater / GuestMemory.PAGE)));
    }

    public CpuFeatures features() {
        return features;
    }

    /** The memory of the VM that was frozen, without ring 0's. */
    public long programBytes() {
        return programBytes;
    }

    /** Bytes of the memory image. */
    public long imageBytes() {
        return highWater;
    }

    /** Guest-physical addresses of the frames that were free, in the allocator's order. */
    public long[] freeFrames() {
        return freeFrames.clone();
    }

    /** Pages of the memory image. */
    public int imagePages() {
        return (int) (highWater / GuestMemory.PAGE);
    }

    /** Whether a page of the image is a page table of the guest's. */
    public boolean isTable(int page) {
        return content.tables().get(page);
    }

    /** What the image holds at a guest-physical address, a multiple of 8 within it. */
    public long longAt(long physical) {
        return content.bytes().get(ValueLayout.JAVA_LONG, physical);
    }

    /** Makes a page of a VM's memory what it was when it was frozen. @return whether it was something else */
    public boolean putBack(GuestMemory memory, int page) {
        return content.putBack(memory, page);
    }

    /** Whether a page of a VM's memory is what it was when it was frozen. */
    public boolean isSame(GuestMemory memory, int page) {
        return content.isSame(memory, page);
    }

    /** The Linux layer's state, to be read from its beginning. */
    public StateReader kernelState() {
        return new StateReader(kernelState);
    }

    /**
     * Whether a VM thawed now is to be one that is learned from, and so starts slowly; the answer counts it. Once something is known,
     * only a few more are: a VM may be kept and never tell.
     */
    public synchronized boolean takeLearner() {
        return !workingSet.complete() && (learners++ < WorkingSet.MAX_LEARNERS || workingSet.runs() == 0);
    }

    /**
     * New guest memory that stands at the snapshot; what the VM writes stays its own. The caller closes it.
     *
     * @param learning whether it is to tell {@link #learn} what a run needs: then nothing is made ready in it
     */
    public GuestMemory mapMemory(boolean learning) {
        GuestMemory memory = GuestMemory.ofImage(image, highWater, reserved + programBytes, reserved, freeFrames);
        if (learning) {
            WorkingSet.prepare(memory);
        } else {
            workingSet.populate(memory);
        }
        return memory;
    }

    /**
     * Remembers, for the thaws to come and in the snapshot's folder, which pages a run needed.
     *
     * @param used mapped for learning, its VM run once and not running now
     * @param earlyPages addresses of the guest at which faults brought in pages
     */
    public synchronized void learn(GuestMemory used, long[] earlyPages) {
        if (!workingSet.complete() && !closed) {
            WorkingSet.of(used, imagePages(), content.tables(), earlyPages).ifPresent(run -> {
                workingSet = workingSet.with(run);
                learned.write(workingSet);
            });
        }
    }

    /** Addresses of the guest at which runs had pages brought in, ascending: a VM that has them from the start need not fault. */
    public long[] earlyPages() {
        return workingSet.earlyPages().stream().mapToLong(Long::longValue).toArray();
    }

    /** What pages of files that are brought in early hold, by address: for all VMs thawed from this snapshot. */
    public Map<Long, MemorySegment> earlyContents() {
        return earlyContents;
    }

    /** How many {@link #earlyPages} are of use. */
    public static int maxEarlyPages() {
        return WorkingSet.MAX_EARLY_PAGES;
    }

    /** Whether enough runs have been learned from. */
    public boolean hasWorkingSet() {
        return workingSet.complete();
    }

    WorkingSet workingSet() {
        return workingSet;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            HostFd.close(image);
        }
    }
}
