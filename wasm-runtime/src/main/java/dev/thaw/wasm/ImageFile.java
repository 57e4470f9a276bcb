package dev.thaw.wasm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.Value;

/**
 * A captured image as bytes: a magic with the format's version, the module and the compiler it is of, memories, tables, globals, dropped
 * segments, what the {@link Host} has for the instances' beginning, and SHA-256 of all that. Of a memory only the frames that are not all
 * zeros are there.
 *
 * <p>Read back it is held against the module: as many memories, tables and globals, within the limits of the configuration, references
 * to functions that exist. It is written and read as a stream: an image may be as large as a module's memory.
 */
final class ImageFile {
    /** "ThWI" and a format version. */
    private static final long MAGIC = 0x5468_5749_0000_0001L;
    private static final int DIGEST = 32;
    private static final int BUFFER = 1 << 16;

    private ImageFile() {
    }

    /** For which module, compiled and captured by what. */
    private static String key(WasmCode code) {
        return code.digest() + " " + ModuleCompiler.COMPILER;
    }

    static void write(WasmCode code, Content content, Host<?> host, OutputStream to) throws IOException {
        DigestOutputStream digested = new DigestOutputStream(to, sha256());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(digested, BUFFER));
        out.writeLong(MAGIC);
        out.writeUTF(key(code));
        out.writeInt(content.memories().size());
        for (byte[][] memory : content.memories()) {
            memory(memory, out);
        }
        out.writeInt(content.tables().size());
        for (int[] table : content.tables()) {
            out.writeInt(table.length);
            for (int reference : table) {
                out.writeInt(reference);
            }
        }
        out.writeInt(content.globals().length);
        for (long half : content.globals()) {
            out.writeLong(half);
        }
        bits(content.droppedData(), out);
        bits(content.droppedElements(), out);
        host.save(out);
        out.flush();
        to.write(digested.getMessageDigest().digest());
    }

    /** An image that was read, and the host for its requests. */
    record Read(Content content, Host<?> host) {
    }

    /** @throws BadImageException when it is damaged, of another format, module or engine, or does not fit the configuration */
    static Read read(InputStream file, WasmCode code, WasmConfig config) throws IOException, BadImageException {
        MessageDigest digest = sha256();
        BufferedInputStream buffered = new BufferedInputStream(file, BUFFER);
        DataInputStream in = new DataInputStream(new DigestInputStream(buffered, digest));
        try {
            if (in.readLong() != MAGIC) {
                throw new BadImageException("it is of another format, or no image");
            }
            if (!in.readUTF().equals(key(code))) {
                throw new BadImageException("it is of another module, or of another version of the engine");
            }
            Read read = content(in, code.module(), config);
            byte[] computed = digest.digest();
            if (!MessageDigest.isEqual(computed, buffered.readNBytes(DIGEST)) || buffered.read() >= 0) {
                throw new BadImageException("it is damaged");
            }
            return read;
        } catch (EOFException | UTFDataFormatException e) {
            throw new BadImageException("it is cut short");
        }
    }

    private static Read content(DataInputStream in, WasmModule module, WasmConfig config) throws IOException, BadImageException {
        List<byte[][]> memories = new ArrayList<>();
        PageBudget pages = new PageBudget(config.memoryPages());
        for (int left = count(in, module.memorySection().map(section -> section.memoryCount()).orElse(0), "memories"); left > 0; left--) {
            memories.add(memory(in, pages));
        }
        List<int[]> tables = new ArrayList<>();
        TableBudget elements = new TableBudget(config.tableElements());
        int functions = module.importSection().count(ExternalType.FUNCTION) + module.functionSection().functionCount();
        for (int left = count(in, module.tableSection().tableCount(), "tables"); left > 0; left--) {
            tables.add(table(in, elements, functions));
        }
        long[] globals = new long[count(in, 2 * module.globalSection().globalCount(), "halves of globals")];
        for (int i = 0; i < globals.length; i++) {
            globals[i] = in.readLong();
        }
        BitSet data = bits(in, module.dataSection().dataSegmentCount());
        BitSet dropped = bits(in, module.elementSection().elementCount());
        return new Read(new Content(memories, tables, globals, data, dropped), config.host().restored(in));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void memory(byte[][] frames, DataOutputStream out) throws IOException {
        out.writeInt(frames.length);
        for (int i = 0; i < frames.length; i++) {
            if (frames[i] != CowMemory.ZERO) {
                out.writeInt(i);
                out.write(frames[i]);
            }
        }
        out.writeInt(-1);
    }

    private static byte[][] memory(DataInputStream in, PageBudget pages) throws IOException, BadImageException {
        int count = in.readInt();
        if (count < 0 || count % CowMemory.FRAMES_A_PAGE != 0 || !pages.take(count / CowMemory.FRAMES_A_PAGE)) {
            throw new BadImageException("a memory of " + count + " frames");
        }
        byte[][] frames = new byte[count][];
        Arrays.fill(frames, CowMemory.ZERO);
        int last = -1;
        for (int index = in.readInt(); index != -1; index = in.readInt()) {
            if (index <= last || index >= count) {
                throw new BadImageException("frame " + index + " of " + count);
            }
            frames[index] = new byte[CowMemory.FRAME];
            in.readFully(frames[index]);
            last = index;
        }
        return frames;
    }

    private static int[] table(DataInputStream in, TableBudget elements, int functions) throws IOException, BadImageException {
        int size = in.readInt();
        if (size < 0 || !elements.take(size)) {
            throw new BadImageException("a table of " + size + " elements");
        }
        int[] references = new int[size];
        for (int i = 0; i < size; i++) {
            references[i] = in.readInt();
            if (references[i] != Value.REF_NULL_VALUE && (references[i] < 0 || references[i] >= functions)) {
                throw new BadImageException("a reference to function " + references[i]);
            }
        }
        return references;
    }

    private static int count(DataInputStream in, int expected, String what) throws IOException, BadImageException {
        int count = in.readInt();
        if (count != expected) {
            throw new BadImageException(count + " " + what + ", and the module has " + expected);
        }
        return count;
    }

    private static void bits(BitSet bits, DataOutputStream out) throws IOException {
        byte[] bytes = bits.toByteArray();
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static BitSet bits(DataInputStream in, int most) throws IOException, BadImageException {
        int length = in.readInt();
        if (length < 0 || length > most / Byte.SIZE + 1) {
            throw new BadImageException("dropped segments that there are not");
        }
        BitSet bits = BitSet.valueOf(in.readNBytes(length));
        if (bits.length() > most) {
            throw new BadImageException("dropped segments that there are not");
        }
        return bits;
    }
}
