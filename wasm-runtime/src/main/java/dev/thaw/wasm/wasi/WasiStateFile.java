package dev.thaw.wasm.wasi;

import dev.thaw.wasm.BadImageException;
import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Descriptor.OpenFile;
import dev.thaw.wasm.wasi.Descriptor.Stream;
import dev.thaw.wasm.wasi.Inode.Directory;
import dev.thaw.wasm.wasi.Inode.RegularFile;
import dev.thaw.wasm.wasi.Inode.SymbolicLink;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A {@link WasiState} as bytes. Of files there is what the initialisation changed; what it left as the package has it is named by its
 * inode's number, so the package must be the same when it is read back. Numbers and lengths are checked against limits and against each
 * other: what is read can be walked without looking again.
 */
final class WasiStateFile {
    private static final int DIRECTORY = 0;
    private static final int FILE = 1;
    private static final int PACKAGE_FILE = 2;
    private static final int LINK = 3;
    private static final int STREAM = 4;
    /** No text in it is longer: names and targets of links, UTF-8. */
    private static final int TEXT = 1 << 16;

    private WasiStateFile() {}

    static void write(WasiState state, DataOutputStream out) throws IOException {
        FileTree.Frozen files = state.files;
        out.writeLong(files.pack().fingerprint());
        out.writeLong(state.monotonic);
        out.writeInt(files.nextId());
        out.writeLong(files.bytes());
        out.writeInt(files.names());
        out.writeInt(files.changed().size());
        for (Inode inode : new TreeMap<>(files.changed()).values()) {
            write(inode, out);
        }
        out.writeInt(state.descriptors.size());
        for (Map.Entry<Integer, Descriptor> each : state.descriptors.entrySet()) {
            out.writeInt(each.getKey());
            write(each.getValue(), out);
        }
    }

    private static void write(Inode inode, DataOutputStream out) throws IOException {
        out.writeByte(switch (inode) {
            case Directory _ -> DIRECTORY;
            case RegularFile file when file.content instanceof Content.Packaged -> PACKAGE_FILE;
            case RegularFile _ -> FILE;
            case SymbolicLink _ -> LINK;
        });
        out.writeInt(inode.id);
        out.writeBoolean(inode.writable);
        out.writeInt(inode.links);
        out.writeLong(inode.accessed);
        out.writeLong(inode.modified);
        out.writeLong(inode.changed);
        switch (inode) {
            case Directory directory -> {
                out.writeInt(directory.parent);
                out.writeLong(directory.nextCookie);
                out.writeInt(directory.entries.size());
                for (Map.Entry<String, Directory.Entry> entry : directory.entries.entrySet()) {
                    text(entry.getKey(), out);
                    out.writeInt(entry.getValue().inode());
                    out.writeLong(entry.getValue().cookie());
                }
            }
            case RegularFile file -> {
                if (file.content instanceof WrittenContent written) {
                    Map<Integer, byte[]> blocks = written.blocks();
                    out.writeLong(written.size());
                    out.writeInt(blocks.size());
                    for (Map.Entry<Integer, byte[]> block : blocks.entrySet()) {
                        out.writeInt(block.getKey());
                        out.write(block.getValue());
                    }
                }
            }
            case SymbolicLink link -> text(link.target, out);
        }
    }

    private static void write(Descriptor descriptor, DataOutputStream out) throws IOException {
        out.writeByte(switch (descriptor) {
            case Stream _ -> STREAM;
            case OpenFile _ -> FILE;
            case OpenDirectory _ -> DIRECTORY;
        });
        out.writeLong(descriptor.rights);
        out.writeLong(descriptor.inheriting);
        out.writeInt(descriptor.flags);
        switch (descriptor) {
            case Stream stream -> out.writeByte(stream.kind.ordinal());
            case OpenFile file -> {
                out.writeInt(file.inode);
                out.writeLong(file.position);
            }
            case OpenDirectory directory -> {
                out.writeInt(directory.inode);
                text(directory.preopened, out);
            }
        }
    }

    /** @throws BadImageException when the state is of another package, or beyond the limits, or points where nothing is */
    static WasiState read(DataInputStream in, PackageFiles pack, WasiLimits limits) throws IOException, BadImageException {
        if (in.readLong() != pack.fingerprint()) {
            throw new BadImageException("its files are of another package");
        }
        long monotonic = in.readLong();
        int nextId = in.readInt();
        long bytes = in.readLong();
        int names = in.readInt();
        require(monotonic >= 0 && nextId >= pack.count() && bytes >= 0 && bytes <= limits.writableBytes() && names >= 0
                && names <= Math.max(limits.files(), pack.writableNames()), "its files are beyond the limits");
        int count = in.readInt();
        require(count >= 0 && count <= nextId, "its files are more than were made");
        Map<Integer, Inode> changed = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Inode inode = inode(in, pack, nextId, limits);
            changed.put(inode.id, inode);
        }
        for (Inode inode : changed.values()) {
            if (inode instanceof Directory directory) {
                for (Directory.Entry entry : directory.entries.values()) {
                    there(entry.inode(), pack, changed);
                }
                require(inode(directory.parent, pack, changed) instanceof Directory, "a directory lies in none");
            }
        }
        int open = in.readInt();
        require(open >= 0 && open <= limits.descriptors(), "it has more open descriptors than are allowed");
        SortedMap<Integer, Descriptor> descriptors = new TreeMap<>();
        for (int i = 0; i < open; i++) {
            int number = in.readInt();
            require(number >= 0, "a descriptor's number is negative");
            descriptors.put(number, descriptor(in, pack, changed));
        }
        return new WasiState(new FileTree.Frozen(pack, Map.copyOf(changed), nextId, bytes, names), descriptors, monotonic);
    }

    private static Inode inode(DataInputStream in, PackageFiles pack, int nextId, WasiLimits limits) throws IOException, BadImageException {
        int kind = in.readByte();
        int id = in.readInt();
        boolean writable = in.readBoolean();
        int links = in.readInt();
        require(id >= 0 && id < nextId && links >= 0, "an inode's number is none");
        long accessed = in.readLong();
        long modified = in.readLong();
        long changed = in.readLong();
        Inode inode = switch (kind) {
            case DIRECTORY -> directory(in, id, writable);
            case FILE -> new RegularFile(id, writable, links, written(in, limits));
            case PACKAGE_FILE -> {
                require(id < pack.count() && pack.inode(id) instanceof RegularFile, "a file of the package is not there");
                yield new RegularFile(id, writable, links, ((RegularFile) pack.inode(id)).content);
            }
            case LINK -> new SymbolicLink(id, writable, links, text(in));
            default -> throw new BadImageException("an inode of kind " + kind);
        };
        inode.links = links;
        inode.accessed = accessed;
        inode.modified = modified;
        inode.changed = changed;
        return inode;
    }

    private static Directory directory(DataInputStream in, int id, boolean writable) throws IOException, BadImageException {
        Directory directory = new Directory(id, writable, in.readInt());
        directory.nextCookie = in.readLong();
        int count = in.readInt();
        require(count >= 0, "a directory of " + count + " names");
        for (int i = 0; i < count; i++) {
            directory.entries.put(text(in), new Directory.Entry(in.readInt(), in.readLong()));
        }
        return directory;
    }

    private static WrittenContent written(DataInputStream in, WasiLimits limits) throws IOException, BadImageException {
        long size = in.readLong();
        int count = in.readInt();
        require(size >= 0 && size <= limits.writableBytes() && count >= 0
                && count <= limits.writableBytes() / WrittenContent.BLOCK + 1, "a file is larger than is allowed");
        Map<Integer, byte[]> blocks = new HashMap<>();
        for (int i = 0; i < count; i++) {
            int index = in.readInt();
            require(index >= 0, "a file's block is at none");
            byte[] block = new byte[WrittenContent.BLOCK];
            in.readFully(block);
            blocks.put(index, block);
        }
        return WrittenContent.of(Map.copyOf(blocks), size);
    }

    private static Descriptor descriptor(DataInputStream in, PackageFiles pack, Map<Integer, Inode> changed) throws IOException, BadImageException {
        int kind = in.readByte();
        long rights = in.readLong();
        long inheriting = in.readLong();
        int flags = in.readInt();
        return switch (kind) {
            case STREAM -> {
                int stream = in.readByte();
                require(stream >= 0 && stream < Stream.Kind.values().length, "a stream of kind " + stream);
                yield new Stream(Stream.Kind.values()[stream], rights, flags);
            }
            case FILE -> {
                int inode = in.readInt();
                long position = in.readLong();
                require(inode(inode, pack, changed) instanceof RegularFile && position >= 0, "an open file is none");
                yield new OpenFile(inode, position, rights, flags);
            }
            case DIRECTORY -> {
                int inode = in.readInt();
                require(inode(inode, pack, changed) instanceof Directory, "an open directory is none");
                yield new OpenDirectory(inode, text(in), rights, inheriting, flags);
            }
            default -> throw new BadImageException("a descriptor of kind " + kind);
        };
    }

    private static Inode inode(int id, PackageFiles pack, Map<Integer, Inode> changed) throws BadImageException {
        there(id, pack, changed);
        return changed.containsKey(id) ? changed.get(id) : pack.inode(id);
    }

    private static void there(int id, PackageFiles pack, Map<Integer, Inode> changed) throws BadImageException {
        require(changed.containsKey(id) || id >= 0 && id < pack.count(), "inode " + id + " is not there");
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] bytes = Utf8.bytes(text);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException, BadImageException {
        int length = in.readInt();
        require(length >= 0 && length <= TEXT, "a name of " + length + " bytes");
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void require(boolean holds, String otherwise) throws BadImageException {
        if (!holds) {
            throw new BadImageException(otherwise);
        }
    }
}
