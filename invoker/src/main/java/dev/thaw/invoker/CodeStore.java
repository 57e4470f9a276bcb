package dev.thaw.invoker;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.store.Digest;
import dev.thaw.store.ObjectStore;
import dev.thaw.wasm.CodeCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * Compiled modules in the object store: an object each, found by a manifest whose name is the key. The object belongs to the snapshots
 * of the versions that have it among their files and goes with the last of them; what then points nowhere is as good as not there.
 */
final class CodeStore {
    private static final System.Logger LOG = System.getLogger(CodeStore.class.getName());
    private static final String KIND = "wasm-code";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectStore store;

    CodeStore(ObjectStore store) {
        this.store = store;
    }

    /** For one compilation, which it remembers. Used by one thread at a time. */
    final class Recording implements CodeCache {
        private Optional<Entry> entry = Optional.empty();

        @Override
        public Optional<byte[]> get(String key) {
            Optional<byte[]> found = find(key);
            found.ifPresent(compiled -> entry = Optional.of(new Entry(key, compiled)));
            return found;
        }

        /** Kept with the version's snapshot, by {@link #name}: a module that fails in its initialisation leaves nothing. */
        @Override
        public void put(String key, byte[] compiled) {
            entry = Optional.of(new Entry(key, compiled));
        }

        /** Size of what was found or compiled last; 0 for nothing. */
        long bytes() {
            return entry.map(last -> (long) last.compiled().length).orElse(0L);
        }

        /** What was found or compiled last. */
        Optional<Entry> entry() {
            return entry;
        }
    }

    /** A compiled module and its key. */
    record Entry(String key, byte[] compiled) {}

    private Optional<byte[]> find(String key) {
        try {
            Optional<Digest> digest = digest(key);
            if (digest.isEmpty()) {
                return Optional.empty();
            }
            if (store.contains(digest.get()) && store.verify(digest.get())) {
                return Optional.of(Files.readAllBytes(store.path(digest.get())));
            }
            store.deleteManifest(KIND, key);
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "the compiled module {0} cannot be read ({1}); it is compiled anew", key, e.toString());
        }
        return Optional.empty();
    }

    private Optional<Digest> digest(String key) throws IOException {
        Optional<byte[]> named = store.manifest(KIND, key);
        return named.isEmpty() ? Optional.empty() : Optional.of(new Digest(JSON.readTree(named.get()).path("object").asText()));
    }

    /** Makes a compiled module findable. Its object must be kept by a version's snapshot. */
    void name(Entry entry) throws IOException {
        Digest object = store.put(new ByteArrayInputStream(entry.compiled()));
        store.putManifest(KIND, entry.key(), JSON.writeValueAsBytes(JSON.createObjectNode().put("object", object.hex())));
    }

    /** Drops the keys of compiled modules that no version has any more. */
    void sweep() throws IOException {
        for (String key : store.manifests(KIND)) {
            if (!isThere(key)) {
                store.deleteManifest(KIND, key);
            }
        }
    }

    private boolean isThere(String key) throws IOException {
        try {
            Optional<Digest> digest = digest(key);
            return digest.isPresent() && store.contains(digest.get());
        } catch (IllegalArgumentException e) {
            return false; // it names no object
        }
    }
}
