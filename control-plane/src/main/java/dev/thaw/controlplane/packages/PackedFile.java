package dev.thaw.controlplane.packages;

/**
 * A file or symbolic link of a package.
 *
 * @param path       from the package's top
 * @param bytes      its size; of a link that of its target's name
 * @param sha256     of its content, hexadecimal; of a link that of its target's name in UTF-8
 * @param executable by its owner; false of a link
 * @param link       whether it is a symbolic link
 */
public record PackedFile(String path, long bytes, String sha256, boolean executable, boolean link) {}
