package dev.thaw.controlplane.packages;

import dev.thaw.invoker.FunctionManifest;
import java.nio.file.Path;

/**
 * A checked package in its folder; whoever holds it {@linkplain PackageStore#release releases} it.
 *
 * @param sha256   of the zip, 64 lower-case hexadecimal digits
 * @param zipBytes size of the zip
 * @param folder   where it lies unpacked
 * @param yaml     its function.yaml as it stands there
 * @param manifest the same, read
 */
public record UnpackedPackage(String sha256, long zipBytes, Path folder, byte[] yaml, FunctionManifest manifest) {}
