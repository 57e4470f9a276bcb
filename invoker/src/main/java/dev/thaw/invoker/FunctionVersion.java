package dev.thaw.invoker;

import java.nio.file.Path;

/**
 * One deployed version of a function.
 *
 * @param manifest of its package
 * @param version from 1; below 0 for a state of Lambda's {@code $LATEST}, which has no number of its own yet: unique among those of its function
 * @param packageFolder the unpacked package, absolute; nobody changes it while the version lives
 */
public record FunctionVersion(FunctionManifest manifest, int version, Path packageFolder) {
    public FunctionVersion {
        packageFolder = packageFolder.toAbsolutePath().normalize();
    }

    /** What the function is told to be invoked as; the region is a placeholder. */
    public String functionArn() {
        return "arn:aws:lambda:us-east-1:" + FunctionNames.accountOf(manifest.name()) + ":function:" + FunctionNames.plain(manifest.name()) + ":"
                + qualifier();
    }

    /** What the function is told its version is: the number, or {@code $LATEST}. */
    public String qualifier() {
        return version < 0 ? "$LATEST" : Integer.toString(version);
    }

    /** {@code NAME:VERSION}, for logs. */
    public String label() {
        return manifest.name() + ":" + qualifier();
    }
}
