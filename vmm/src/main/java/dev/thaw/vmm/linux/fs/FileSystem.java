package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The guest's file system: host folders below, an in-memory layer above, /proc, /dev, /sys and /tmp over both.
 *
 * <p>Owns the host descriptors of its mounts; {@link #close} when the VM ends. Everything runs under the kernel lock.
 */
public final class FileSystem implements AutoCloseable {
    /** The id of an inode that saved state finds by its path: those of /proc and /sys. */
    static final int NO_ID = -1;
    private static final long PAGE = GuestMemory.PAGE;
    private static final int BUFFER = 64 * 1024;
    /** In-memory files leave this part of the memory to the program, so that it lives to see ENOSPC. */
    private static final int KEPT_FREE = 64;

    private final Kernel kernel;
    private final List<HostTree> trees;
    private final Inodes inodes;
    private final OpenHostFiles openHostFiles = new OpenHostFiles();
    private final ZeroPages zeroPages = new ZeroPages();
    private Optional<MemorySegment> zeros = Optional.empty();
    private Optional<MemorySegment> buffer = Optional.empty();
    private Optional<MemorySegment> copyBuffer = Optional.empty();
    private final long bootTime;
    private final long outputLimit;
    private long output;
    /** Empty until it is first asked for, or loaded: a thawed VM does not look at the host for it. */
    private Optional<DirectoryInode> root = Optional.empty();
    private Optional<DirectoryInode> workingDirectory = Optional.empty();
    private int caller = ProcessInfo.PID;
    private final Notifier notifier = new Notifier();
    private final DirectoryInode proc;
    private final DirectoryInode sys;
    private Map<Integer, Inode> loaded = Map.of();

    public FileSystem(Kernel kernel, List<Mount> mounts) {
        this.kernel = kernel;
        this.bootTime = kernel.clock().realtimeNanos();
        this.outputLimit = kernel.config().outputLimit();
        this.inodes = new Inodes(this, kernel.config().memoryBytes());
        List<HostTree> all = new ArrayList<>();
        for (Mount mount : mounts) {
            all.add(new HostTree(all.size(), mount));
        }
        this.trees = List.copyOf(all);
        this.proc = new ProcTree(this).build();
        this.sys = new SysTree(this).build();
    }

    // ---- for the rest of the kernel

    /**
     * Resolves a path for execution, following links.
     *
     * @throws GuestError as execve(2): ENOENT, EACCES (no regular file, not executable), ELOOP, ENOTDIR
     */
    public MappingSource executable(String path) {
        Inode inode = resolve(workingDirectory(), path, true).existing();
        if (!(inode instanceof FileInode file) || (file.facts().mode & 0111) == 0) {
            throw new GuestError(Errno.EACCES);
        }
        return file;
    }

    /** Sets the working directory. @throws GuestError ENOENT, ENOTDIR */
    public void setWorkingDirectory(String path) {
        setWorkingDirectory(resolve(workingDirectory(), path, true).existing());
    }

    void setWorkingDirectory(Inode inode) {
        if (!(inode instanceof DirectoryInode directory)) {
            throw new GuestError(Errno.ENOTDIR);
        }
        directory.opened();
        Optional<DirectoryInode> before = workingDirectory;
        workingDirectory = Optional.of(directory);
        before.ifPresent(Inode::closed);
    }

    DirectoryInode workingDirectory() {
        return workingDirectory.orElseGet(this::root);
    }

    /** Opens descriptors 0, 1 and 2 on the streams of the VM's configuration. */
    public void openStandardStreams() {
        kernel.files().replace(0, new StreamHandle(this, 0, OpenFlags.O_RDONLY), false);
        kernel.files().replace(1, new StreamHandle(this, 1, OpenFlags.O_WRONLY), false);
        kernel.files().replace(2, new StreamHandle(this, 2, OpenFlags.O_WRONLY), false);
    }

    /** Closes what is open on the host. The guest's descriptors are of no use afterwards. */
    @Override
    public void close() {
        kernel.space().mappings().all().forEach(vma -> {
            if (vma.kind() == Vma.Kind.SHARED_FILE) {
                vma.source().ifPresent(MappingSource::flush);
            }
        });
        openHostFiles.close();
        trees.forEach(HostTree::close);
    }

    /**
     * Makes the name of an AF_UNIX socket in the tree; returns its key.
     *
     * @throws GuestError EADDRINUSE where something has the name already, and what making a file there would meet
     */
    public int createSocket(String path) {
        PathWalk.Found found = resolve(workingDirectory(), path, false);
        if (found.inode().isPresent()) {
            throw new GuestError(Errno.EADDRINUSE);
        }
        if (found.directory()) {
            throw new GuestError(Errno.ENOENT);
        }
        found.parent().checkWritable();
        int id = found.parent().createNode(found.name(), Stat.S_IFSOCK | 0777 & ~kernel.process().umask()).id();
        notifier.created(found.parent(), found.name());
        return id;
    }

    /** The key of the socket that has this name. @throws GuestError ENOENT, ECONNREFUSED where it is no socket's */
    public int socket(String path) {
        Inode inode = resolve(workingDirectory(), path, true).existing();
        if (inode instanceof NodeInode && inode.type() == Stat.S_IFSOCK) {
            return inode.id();
        }
        throw new GuestError(Errno.ECONNREFUSED);
    }

    /**
     * Zeroed memory that mappings can share: a file without a name, as mm/shmem.c makes for MAP_SHARED | MAP_ANONYMOUS.
     *
     * @throws GuestError ENOMEM when no more files can be made
     */
    public MappingSource sharedMemory(long length) {
        try {
            LayeredFile file = inodes.file(0777);
            file.facts().links = 0;
            file.facts().size = length;
            file.setPosition(root(), "dev/zero");
            return file;
        } catch (GuestError e) {
            throw new GuestError(Errno.ENOMEM);
        }
    }

    // ---- freeze and thaw

    /** The inode that saved state knows by this id. */
    public MappingSource source(int stateId) {
        if (stateId == ZeroPages.STATE_ID) {
            return zeroPages;
        }
        if (loaded.get(stateId) instanceof FileInode file) {
            return file;
        }
        throw new BadSnapshotException("the monitor state maps file " + stateId + ", which it does not hold");
    }

    /** The host files that a VM frozen now would go on reading, as they are. */
    public List<HostFileStamp> hostFileStamps() {
        return new TreeState(this).stamps();
    }

    /** Writes the tree; descriptors and mappings are saved after it and refer to its inodes. */
    public void save(StateWriter out) {
        out.mark(30).putInt(trees.size());
        trees.forEach(tree -> out.putString(tree.mount().guestPath()).putBoolean(tree.writable()));
        new TreeState(this).save(out);
        out.putInt(root().id());
        putReference(out, workingDirectory());
    }

    /** Takes up what {@link #save} wrote, in a new file system over the same mounts. */
    public void load(StateReader in) {
        in.expect(30);
        if (in.getInt() != trees.size()) {
            throw new BadSnapshotException("the snapshot has other mounts than the VM");
        }
        for (HostTree tree : trees) {
            if (!in.getString().equals(tree.mount().guestPath()) || in.getBoolean() != tree.writable()) {
                throw new BadSnapshotException("the snapshot has other mounts than the VM: " + tree.mount().guestPath());
            }
        }
        inodes.forgetCount();
        loaded = new TreeLoad(this).load(in);
        if (!(loaded.get(in.getInt()) instanceof DirectoryInode directory)) {
            throw new BadSnapshotException("the snapshot's file system has no root");
        }
        directory.setPosition(directory, "");
        directory.addName();
        root = Optional.of(directory);
        setWorkingDirectory(getReference(in, DirectoryInode.class));
    }

    /** Reads a description of the kinds that belong to the file system, behind its tag. */
    public FileDescription loadDescription(DescriptionKind kind, StateReader in) {
        return switch (kind) {
            case FILE -> FileHandle.load(this, in);
            case DIRECTORY -> DirectoryHandle.load(this, in);
            case PATH -> PathHandle.load(this, in);
            case DEVICE -> DeviceHandle.load(this, in);
            case TEXT -> TextHandle.load(this, in);
            case STREAM -> StreamHandle.load(this, in);
            case INOTIFY -> Inotify.load(kernel, in);
            case SOCKET, PIPE, EVENT, EPOLL, TIMER, SIGNAL ->
                    throw new IllegalArgumentException(kind + " is not of the file system");
        };
    }

    /** Writes which inode is meant: by its id, or by its path where it has none. */
    void putReference(StateWriter out, Inode inode) {
        out.putInt(inode.id());
        if (inode.id() == NO_ID) {
            out.putString(inode.plainPath());
        }
    }

    <T extends Inode> T getReference(StateReader in, Class<T> kind) {
        int id = in.getInt();
        Inode inode = id != NO_ID ? loaded.get(id) : resolve(root(), in.getString(), false).inode().orElse(null);
        if (!kind.isInstance(inode)) {
            throw new BadSnapshotException("the monitor state refers to file " + id + ", which it does not hold");
        }
        return kind.cast(inode);
    }

    /** Who watches files. */
    Notifier notifier() {
        return notifier;
    }

    // ---- paths

    /** The task whose path is being resolved: whom /proc/thread-self means. */
    int caller() {
        return caller;
    }

    void setCaller(int taskId) {
        caller = taskId;
    }

    /** Resolves a path; may forget remembered host files first. */
    PathWalk.Found resolve(DirectoryInode start, String path, boolean follow) {
        inodes.sweepIfFull();
        return resolveMore(start, path, follow);
    }

    /** As above, within limits. */
    PathWalk.Found resolve(DirectoryInode start, String path, boolean follow, ResolveLimits limits) {
        inodes.sweepIfFull();
        return PathWalk.resolve(root(), start, path, follow, limits);
    }

    /** Resolves a path while what an earlier resolution found is still in use. */
    PathWalk.Found resolveMore(DirectoryInode start, String path, boolean follow) {
        return PathWalk.resolve(root(), start, path, follow);
    }

    /** Finds the directory entry that a path names; see {@link PathWalk#entry}. */
    PathWalk.Found entry(DirectoryInode start, String path) {
        inodes.sweepIfFull();
        return PathWalk.entry(root(), start, path);
    }

    PathWalk.Found entryMore(DirectoryInode start, String path) {
        return PathWalk.entry(root(), start, path);
    }

    /** Resolves a path and opens what is there, or makes it: open(2). Flags are those of the call. */
    FileDescription open(Task task, DirectoryInode start, String path, int flags, int mode, ResolveLimits limits) {
        return new FileOpening(this, task, flags, limits).open(start, path, mode);
    }

    DirectoryInode root() {
        if (root.isEmpty()) {
            root = Optional.of(new FirstTree(this).build());
        }
        return root.get();
    }

    DirectoryInode proc() {
        return proc;
    }

    DirectoryInode sys() {
        return sys;
    }

    // ---- what the inodes share

    Kernel kernel() {
        return kernel;
    }

    Inodes inodes() {
        return inodes;
    }

    List<HostTree> trees() {
        return trees;
    }

    OpenHostFiles openHostFiles() {
        return openHostFiles;
    }

    GuestMemory memory() {
        return kernel.memory();
    }

    long now() {
        return kernel.clock().realtimeNanos();
    }

    /** When this monitor's VM began: the time of what has none of its own. */
    long bootTime() {
        return bootTime;
    }

    /** A page of zeros. */
    MemorySegment zeros() {
        zeros = zeros.or(() -> Optional.of(MemorySegment.ofArray(new byte[(int) PAGE]).asReadOnly()));
        return zeros.get();
    }

    /** Scratch memory of one read or write, in which nothing is kept. Made when first needed. */
    MemorySegment buffer() {
        buffer = buffer.or(() -> Optional.of(Arena.ofAuto().allocate(BUFFER)));
        return buffer.get();
    }

    /** As {@link #buffer}, for a call that makes reads and writes of its own. */
    MemorySegment copyBuffer() {
        copyBuffer = copyBuffer.or(() -> Optional.of(Arena.ofAuto().allocate(BUFFER)));
        return copyBuffer.get();
    }

    ZeroPages zeroPages() {
        return zeroPages;
    }

    /** A frame for a file's page, or {@link GuestMemory#EXHAUSTED}. */
    long allocate() {
        long kept = memory().size() / PAGE / KEPT_FREE;
        return memory().available() <= kept ? GuestMemory.EXHAUSTED : memory().allocate();
    }

    boolean maps(MappingSource source) {
        return kernel.space().maps(source);
    }

    void forgetShared(MappingSource source, long fileOffset) {
        kernel.space().forgetShared(source, fileOffset);
    }

    /** Counts bytes for stdout and stderr; returns how many of them may be written, and ends the VM when that is not all. */
    int countOutput(int length) {
        int allowed = (int) Math.min(length, outputLimit - output);
        output += allowed;
        if (allowed < length) {
            kernel.stop(new Outcome.LimitExceeded(
                    Outcome.Limit.OUTPUT, "more than " + outputLimit + " bytes of standard output and error"));
        }
        return allowed;
    }

    /** The inodes that descriptors, mappings and the working directory refer to. */
    List<Inode> referred() {
        List<Inode> all = new ArrayList<>();
        for (int fd : kernel.files().descriptors()) {
            kernel.files().get(fd).inode().ifPresent(all::add);
        }
        kernel.space().mappings().all().forEach(vma -> vma.source().ifPresent(source -> {
            if (source instanceof FileInode file) {
                all.add(file);
            }
        }));
        all.add(workingDirectory());
        all.addAll(notifier.watched());
        return all;
    }
}
