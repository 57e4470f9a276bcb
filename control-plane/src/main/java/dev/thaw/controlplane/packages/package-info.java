/**
 * Turns an uploaded zip, whose every byte is hostile, into a checked folder that an invoker may boot from.
 *
 * <p>{@link dev.thaw.controlplane.packages.PackageStore} is the way in, for {@code functions}; it unpacks through
 * {@link dev.thaw.controlplane.packages.ZipExtractor} and looks at the result with
 * {@link dev.thaw.controlplane.packages.PackageCheck}. A {@link dev.thaw.controlplane.packages.PackageException} is the uploader's
 * fault and names the entry, file or field; an {@code IOException} is the disk's.
 */
package dev.thaw.controlplane.packages;
