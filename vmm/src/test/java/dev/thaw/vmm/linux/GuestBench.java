package dev.thaw.vmm.linux;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.linux.net.EgressPolicy;
import dev.thaw.vmm.linux.net.GuestService;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.snapshot.StateReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A kernel without a processor: calls are made by number on its one task, with buffers in mapped guest memory. */
public final class GuestBench implements AutoCloseable {
    /** 16 MiB of readable and writable memory of the guest's. */
    public static final long DATA = 0x1000_0000L;
    public static final long DATA_SIZE = 16L << 20;
    /** Nothing is mapped here. */
    public static final long BAD = 0x7000_0000L;

    private static final long MEMORY = 64L << 20;

    private final GuestMemory memory = GuestMemory.anonymous(MEMORY, 2 * GuestMemory.PAGE);
    private final Map<String, Syscall> byName = SyscallTable.calls().stream()
            .collect(Collectors.toMap(Syscall::name, Function.identity()));
    private final EgressPolicy egress;
    private final Kernel kernel;
    private final Task task;
    private long next = DATA;

    public GuestBench(GuestService... services) {
        this(EgressPolicy.NONE, services);
    }

    /** One that may reach outside. */
    public GuestBench(EgressPolicy egress, GuestService... services) {
        this.egress = egress;
        kernel = kernel(services);
        kernel.space().map(new Vma(DATA, DATA + DATA_SIZE, Vma.PROT_READ | Vma.PROT_WRITE, Vma.Kind.ANONYMOUS,
                Optional.empty(), 0));
        task = kernel.firstTask();
    }

    private GuestBench(byte[] state, EgressPolicy egress, GuestService... services) {
        this.egress = egress;
        kernel = kernel(services);
        kernel.load(new StateReader(state));
        task = kernel.scheduler().find(ProcessInfo.PID).orElseThrow();
    }

    private Kernel kernel(GuestService... services) {
        MachineConfig config = new MachineConfig(MEMORY, List.of(), InputSource.EMPTY, (bytes, from, length) -> {},
                (bytes, from, length) -> {}, 1 << 20, List.of(services), "thaw", Optional.empty()).withEgress(egress);
        return new Kernel(config, memory, new PageTables(memory, GuestMemory.PAGE));
    }

    /** A new bench thawed from this one's state, with memory that is zeros where this one's was not. */
    public GuestBench thaw(GuestService... services) {
        return thaw(egress, services);
    }

    /** The same with another list of what may be reached. */
    public GuestBench thaw(EgressPolicy other, GuestService... services) {
        return new GuestBench(kernel.save(), other, services);
    }

    public Kernel kernel() {
        return kernel;
    }

    public Task task() {
        return task;
    }

    /** Makes a call by name; {@link Syscall#BLOCKED} when it waits. */
    public long call(String name, long... arguments) {
        UserRegisters r = task.registers();
        int[] places = {UserRegisters.RDI, UserRegisters.RSI, UserRegisters.RDX, UserRegisters.R10, UserRegisters.R8,
            UserRegisters.R9};
        Syscall call = Optional.ofNullable(byName.get(name)).orElseThrow();
        r.set(UserRegisters.RAX, call.number());
        for (int i = 0; i < places.length; i++) {
            r.set(places[i], i < arguments.length ? arguments[i] : 0);
        }
        task.beginCall();
        return handle(call);
    }

    /** Makes the blocked call again, as after a change. */
    public long again() {
        task.repeatCall();
        return handle(SyscallTable.find(task.call().number()).orElseThrow());
    }

    private long handle(Syscall call) {
        kernel.lock().lock();
        try {
            return call.handler().handle(task, task.call());
        } catch (GuestError e) {
            return -e.errno();
        } finally {
            kernel.lock().unlock();
        }
    }

    public long closeFd(long fd) {
        return kernel.files().close((int) fd);
    }

    /** A fresh place for {@code size} bytes, 16-aligned. */
    public long space(long size) {
        long at = next;
        next += (size + 15) & -16;
        if (next > DATA + DATA_SIZE) {
            throw new IllegalStateException("the bench's memory is used up");
        }
        return at;
    }

    public long bytes(byte[] bytes) {
        long at = space(bytes.length);
        kernel.user().writeBytes(at, bytes);
        return at;
    }

    public long text(String text) {
        return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public String text(long at, long length) {
        return new String(kernel.user().readBytes(at, (int) length), StandardCharsets.ISO_8859_1);
    }

    public int readInt(long at) {
        return kernel.user().readInt(at);
    }

    public long ints(int... values) {
        long at = space(4L * values.length);
        for (int i = 0; i < values.length; i++) {
            kernel.user().writeInt(at + 4L * i, values[i]);
        }
        return at;
    }

    public long longs(long... values) {
        long at = space(8L * values.length);
        for (int i = 0; i < values.length; i++) {
            kernel.user().writeLong(at + 8L * i, values[i]);
        }
        return at;
    }

    @Override
    public void close() {
        kernel.lock().lock();
        try {
            kernel.close();
        } finally {
            kernel.lock().unlock();
        }
        memory.close();
    }
}
