package dev.thaw.invoker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Goes the whole way of a request with a program of our own, so that the first caller does not wait while Java loads and links
 * the classes of that way: a JVM's first thaw takes a hundred times as long as its later ones.
 */
final class Warmup {
    private static final int TIMES = 8;
    /** Of each VM: enough for the JVM to compile the way, some hundredths of a second in all. */
    private static final int ROLLBACKS = 20;
    private static final long ADDRESS = 0x400000;
    /** elf.h: the headers of an ELF64 file and of one segment, bytes. */
    private static final int HEADERS = 64 + 56;
    /** A loop of read(0) and write(1), and exit at the end of the input. */
    private static final byte[] CODE = {
        0x31, (byte) 0xc0, // begin: xor eax, eax (read)
        0x31, (byte) 0xff, // xor edi, edi
        0x48, (byte) 0x8d, (byte) 0xb4, 0x24, 0x00, (byte) 0xfe, (byte) 0xff, (byte) 0xff, // lea rsi, [rsp - 512]
        (byte) 0xba, 0x00, 0x01, 0x00, 0x00, // mov edx, 256
        0x0f, 0x05, // syscall
        (byte) 0x85, (byte) 0xc0, // test eax, eax
        0x7e, 0x0d, // jle end
        (byte) 0x89, (byte) 0xc2, // mov edx, eax
        (byte) 0xb8, 0x01, 0x00, 0x00, 0x00, // mov eax, 1 (write)
        (byte) 0x89, (byte) 0xc7, // mov edi, eax
        0x0f, 0x05, // syscall
        (byte) 0xeb, (byte) 0xdc, // jmp begin
        (byte) 0xb8, 0x3c, 0x00, 0x00, 0x00, // end: mov eax, 60 (exit)
        0x31, (byte) 0xff, // xor edi, edi
        0x0f, 0x05}; // syscall

    private Warmup() {}

    /** Boots, freezes, and thaws and runs some times. Leaves nothing behind. */
    static void run(InvokerConfig config, Preparer preparer, SnapshotShelf shelf) throws PrepareException {
        LogSink silent = (function, version, requestId, stream, text) -> {};
        Path folder = config.dataFolder().resolve("runtime").resolve("warmup-" + UUID.randomUUID());
        FunctionVersion version = new FunctionVersion(new FunctionManifest("thaw-warmup", Runtime.STDIO, "", List.of("./echo"), 16, 1,
                Duration.ofSeconds(3), Isolation.PER_REQUEST, Map.of(), List.of(), List.of(), OptionalInt.empty(), OptionalInt.empty(), List.of()), 0, folder);
        try {
            OwnFolders.make(folder);
            Path program = Files.write(folder.resolve("echo"), elf());
            if (!program.toFile().setExecutable(true)) {
                throw new IOException(program + " cannot be made executable");
            }
            try (PreparedFunction prepared = preparer.prepare(version)) {
                for (int i = 0; i < TIMES; i++) {
                    try (FunctionVm vm = FunctionVm.thaw(prepared, silent, config)) {
                        Optional<Discard> end = Optional.empty();
                        for (int j = 0; j < ROLLBACKS && end.isEmpty(); j++) {
                            vm.handle(Request.of(new Invocation("warmup", "warm".getBytes(StandardCharsets.US_ASCII), Optional.empty(),
                                    Optional.empty()), _ -> false), version.manifest().timeout().toNanos());
                            end = vm.rollBack();
                        }
                    }
                }
            } finally {
                shelf.remove(version);
                OwnFolders.remove(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** elf(5): one segment, read and execute, that holds the whole file. */
    private static byte[] elf() {
        ByteBuffer file = ByteBuffer.allocate(HEADERS + CODE.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 2).putShort((short) 62).putInt(1); // ET_EXEC, EM_X86_64, EV_CURRENT
        file.putLong(ADDRESS + HEADERS).putLong(64).putLong(0).putInt(0);
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1).putShort((short) 64).putShort((short) 0)
                .putShort((short) 0);
        file.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS); // PT_LOAD, PF_R | PF_X
        file.putLong(file.capacity()).putLong(file.capacity()).putLong(4096);
        return file.put(CODE).array();
    }
}
