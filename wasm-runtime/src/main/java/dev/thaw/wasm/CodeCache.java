package dev.thaw.wasm;

import java.util.Optional;

/**
 * Where compiled code is kept between restarts, by a key made of the module's content and the compiler's version.
 *
 * <p>What is kept is executable by the host. An implementation must only return what {@link #put} stored; {@link WasmCode}
 * checks the digest inside the entry before it defines a class, so that a damaged entry is compiled anew and not run.
 */
public interface CodeCache {
    /** @param key lower-case hexadecimal, 64 characters */
    Optional<byte[]> get(String key);

    /** Keeps {@code entry}; replaces an older one of the same key as a whole. Failing to keep it is the implementation's to log. */
    void put(String key, byte[] entry);

    /** A cache that keeps nothing. */
    static CodeCache none() {
        return new CodeCache() {
            @Override
            public Optional<byte[]> get(String key) {
                return Optional.empty();
            }

            @Override
            public void put(String key, byte[] entry) {
                // nothing is kept
            }
        };
    }
}
