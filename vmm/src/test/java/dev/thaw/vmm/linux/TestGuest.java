package dev.thaw.vmm.linux;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.OutputSink;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.snapshot.StateReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A kernel with one task and some user memory, and no vCPU: calls are made as the dispatcher makes them. */
public final class TestGuest implements AutoCloseable {
    /** Where the guest's scratch memory begins, and how much of it there is. */
    public static final long SCRATCH = 0x10_0000;
    public static final long SCRATCH_SIZE = 0x40_0000;
    private static final long ARGUMENTS = 0x8000;

    private final GuestMemory memory;
    private final Kernel kernel;
    private final Task task;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private long next = SCRATCH;

    public TestGuest(List<Mount> mounts) {
        this(mounts, 64L << 20, InputSource.EMPTY, 1 << 20);
    }

    public TestGuest(List<Mount> mounts, long size, InputSource stdin, long outputLimit) {
        memory = GuestMemory.anonymous(size, 2 * GuestMemory.PAGE);
        OutputSink sink = output::write;
        kernel = new Kernel(new MachineConfig(size, mounts, stdin, sink, sink, outputLimit, List.of(), "guest",
                Optional.empty()), memory, new PageTables(memory, GuestMemory.PAGE));
        kernel.space().layOut(0x4000_0000L, 0x7000_0000_0000L);
        kernel.space().map(new Vma(SCRATCH, SCRATCH + SCRATCH_SIZE, Vma.PROT_READ | Vma.PROT_WRITE, Vma.Kind.ANONYMOUS,
                Optional.empty(), 0));
        task = kernel.firstTask();
    }

    private TestGuest(TestGuest frozen, List<Mount> mounts, GuestMemory memory) {
        this.memory = memory;
        MachineConfig before = frozen.kernel.config();
        OutputSink sink = output::write;
        kernel = new Kernel(new MachineConfig(before.memoryBytes(), mounts, before.stdin(), sink, sink,
                before.outputLimit(), List.of(), "guest", Optional.empty()), memory, new PageTables(memory, GuestMemory.PAGE));
        kernel.load(new StateReader(frozen.kernel.save()));
        task = kernel.scheduler().find(ProcessInfo.PID).orElseThrow();
    }

    /** What a freeze and a thaw in another process make of this guest; this one stays as it is. */
    public TestGuest thawed(Path folder, List<Mount> mounts) throws IOException {
        Path image = folder.resolve("memory");
        long used = memory.highWater();
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(memory.segment().asSlice(0, used).asByteBuffer());
        }
        int fd = HostFd.openOrErrno(image.toString(), HostFd.O_RDONLY, 0);
        try {
            return new TestGuest(this, mounts,
                    GuestMemory.ofImage(fd, used, memory.size(), memory.reserved(), memory.freeFrames()));
        } finally {
            HostFd.close(fd);
        }
    }

    public Kernel kernel() {
        return kernel;
    }

    public Task task() {
        return task;
    }

    public byte[] output() {
        return output.toByteArray();
    }

    /** Makes a call by its name; strings become pointers to themselves. The result, {@code -errno}, or Syscall.BLOCKED. */
    public long call(String name, Object... arguments) {
        Syscall syscall = SyscallTable.calls().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
        long[] values = new long[6];
        next = SCRATCH;
        for (int i = 0; i < arguments.length; i++) {
            values[i] = switch (arguments[i]) {
                case String text -> string(text);
                case Number number -> number.longValue();
                default -> throw new IllegalArgumentException(String.valueOf(arguments[i]));
            };
        }
        task.call().set(syscall.number(), values[0], values[1], values[2], values[3], values[4], values[5]);
        kernel.lock().lock();
        try {
            return syscall.handler().handle(task, task.call());
        } catch (GuestError e) {
            return -e.errno();
        } finally {
            kernel.lock().unlock();
        }
    }

    private long string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        long at = next;
        task.user().writeBytes(at, Arrays.copyOf(bytes, bytes.length + 1));
        next += bytes.length + 1;
        if (next > SCRATCH + ARGUMENTS) {
            throw new IllegalArgumentException("too many string bytes");
        }
        return at;
    }

    /** An address in scratch memory beyond what string arguments use. */
    public static long buffer(long offset) {
        return SCRATCH + ARGUMENTS + offset;
    }

    public byte[] bytes(long address, int length) {
        return task.user().readBytes(address, length);
    }

    /** Reads a whole file of the guest's by calls. */
    public byte[] slurp(String path) {
        long fd = call("open", path, 0, 0);
        if (fd < 0) {
            throw new IllegalStateException(path + ": " + fd);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long n;
        while ((n = call("read", fd, buffer(0), 100_000)) > 0) {
            all.writeBytes(bytes(buffer(0), (int) n));
        }
        call("close", fd);
        if (n < 0) {
            throw new IllegalStateException(path + ": read " + n);
        }
        return all.toByteArray();
    }

    public String text(String path) {
        return new String(slurp(path), StandardCharsets.ISO_8859_1);
    }

    /** Creates or overwrites a file by calls. The first error, or the bytes written. */
    public long spit(String path, String text) {
        long fd = call("open", path, 01101, 0644);
        if (fd < 0) {
            return fd;
        }
        task.user().writeBytes(buffer(0), text.getBytes(StandardCharsets.ISO_8859_1));
        long n = call("write", fd, buffer(0), text.length());
        call("close", fd);
        return n;
    }

    @Override
    public void close() {
        kernel.fileSystem().close();
        memory.close();
    }
}
