package dev.thaw.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Objects by content and manifests by name. Safe for use by several threads.
 *
 * <p>Every method throws {@link IOException} when the storage itself fails; the message names the file.
 */
public interface ObjectStore {
    /** Stores all that the stream gives, which stays the caller's to close. An object already there is kept. */
    Digest put(InputStream content) throws IOException;

    /** Stores a regular file's content; the file stays the caller's, but must not be changed any more (it may be linked). */
    Digest putFile(Path file) throws IOException;

    /** Where the object's bytes lie, for reading and mapping only; whether it exists is not checked. */
    Path path(Digest digest);

    /** Whether an object of this name is there; says nothing of its content. */
    boolean contains(Digest digest);

    /** Reads the object through: true when it is there and its content has this digest. */
    boolean verify(Digest digest) throws IOException;

    /** Removes the object; false when there was none. */
    boolean delete(Digest digest) throws IOException;

    /**
     * Replaces a manifest.
     *
     * @param kind [a-zA-Z0-9-_]{1,64}
     * @param name [a-zA-Z0-9-_.]{1,200}, not beginning with a dot
     * @param json at most {@link #MAX_MANIFEST_BYTES}
     */
    void putManifest(String kind, String name, byte[] json) throws IOException;

    /** The manifest, if there is one. */
    Optional<byte[]> manifest(String kind, String name) throws IOException;

    /** Names of a kind's manifests, sorted. */
    List<String> manifests(String kind) throws IOException;

    /** Removes a manifest; false when there was none. */
    boolean deleteManifest(String kind, String name) throws IOException;

    /** Largest manifest, bytes. */
    int MAX_MANIFEST_BYTES = 1 << 20;
}
