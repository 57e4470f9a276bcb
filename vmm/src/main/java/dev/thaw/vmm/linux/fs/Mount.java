package dev.thaw.vmm.linux.fs;

/**
 * A folder (or a single file) of the host that the guest sees.
 *
 * @param guestPath absolute path inside the VM, without a trailing slash
 * @param hostPath absolute path on the host
 * @param writable false: read-only, changes go to the in-memory layer above; true: a volume, changes go to the host's folder
 */
public record Mount(String guestPath, String hostPath, boolean writable) {
    public Mount {
        if (!guestPath.startsWith("/") || !hostPath.startsWith("/")) {
            throw new IllegalArgumentException("mount paths are absolute: " + hostPath + ":" + guestPath);
        }
    }
}
