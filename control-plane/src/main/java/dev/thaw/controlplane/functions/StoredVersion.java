package dev.thaw.controlplane.functions;

import java.time.Instant;

/**
 * One version of a function as the registry keeps it; it never changes.
 *
 * @param function      its name
 * @param version       from 1 for a version; below 0 for a state of {@code $LATEST} that is no version yet, counted downwards
 * @param sha256        of the package's zip, hexadecimal
 * @param zipBytes      its size
 * @param yaml          the manifest that it runs by: the package's function.yaml, with what Lambda's API said put over it
 * @param deployedAt    to the millisecond
 * @param prepareMillis how long it took to make ready when it was deployed; 0 when it is made ready after, else at least 1
 * @param settings      a JSON object: those fields of Lambda's FunctionConfiguration that its API has set
 * @param revision      Lambda's RevisionId
 */
public record StoredVersion(String function, int version, String sha256, long zipBytes, byte[] yaml, Instant deployedAt, long prepareMillis,
        String settings, String revision) {
    /** Whether {@code thaw deploy} made it: only that makes ready what it stores. What is published is of the user's own will, and stays. */
    boolean deployed() {
        return version > 0 && prepareMillis > 0;
    }

    /** What Lambda calls it: a number, or {@code $LATEST}. */
    public String qualifier() {
        return version < 0 ? FunctionReference.LATEST : Integer.toString(version);
    }
}
