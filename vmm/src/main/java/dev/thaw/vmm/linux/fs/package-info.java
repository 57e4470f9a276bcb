/**
 * The guest's files: one tree over the host's mounts, open file descriptions, and the calls on them.
 *
 * <p>The model: an {@link dev.thaw.vmm.linux.fs.Inode} is one file, whatever its kind, and lives as long as a name, a descriptor or
 * a mapping leads to it. Read-only mounts are below, everything the guest changes is above, in inodes of the in-memory layer
 * whose pages are guest frames ({@link dev.thaw.vmm.linux.fs.LayeredFile}: copied up page by page;
 * {@link dev.thaw.vmm.linux.fs.LayeredDirectory}: whiteouts). Files of writable mounts are the host's own
 * ({@link dev.thaw.vmm.linux.fs.VolumeFile}).
 *
 * <p>Confinement: {@link dev.thaw.vmm.linux.fs.PathWalk} resolves every path itself, in the guest's tree; a link's text is never given
 * to the host. {@link dev.thaw.vmm.linux.fs.HostTree} is the only way to the host, one component at a time, following no link.
 *
 * <p>Everything here runs under the kernel lock. {@link dev.thaw.vmm.linux.fs.FileSystem} is what the rest of the monitor sees,
 * {@link dev.thaw.vmm.linux.fs.FileDescription} what sockets, pipes and events extend.
 */
package dev.thaw.vmm.linux.fs;
