package dev.thaw.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.store.Digest;
import dev.thaw.store.ObjectStore;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.WorkingSetFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Snapshots by function version: their files are objects of the store, a manifest of the store says which, and a folder of links
 * to them is what a VM is thawed from.
 */
final class SnapshotShelf {
    private static final String KIND = "snapshot";
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectStore store;
    private final Path folders;

    /** A snapshot's files in a folder, and the contract's state beside them. */
    record Shelved(Path folder, byte[] contractState) {}

    SnapshotShelf(ObjectStore store, Path dataFolder) throws IOException {
        this.store = store;
        this.folders = OwnFolders.make(dataFolder.resolve("snapshots"));
        try (Stream<Path> left = Files.list(folders)) {
            for (Path folder : left.filter(path -> path.getFileName().toString().startsWith("new-")).toList()) {
                OwnFolders.remove(folder);
            }
        }
    }

    /** An empty folder to freeze into. */
    Path emptyFolder() throws IOException {
        return OwnFolders.make(folders.resolve("new-" + UUID.randomUUID()));
    }

    /** Takes a frozen folder's files into the store and remembers them for this version. */
    Shelved put(FunctionVersion version, String fingerprint, Path frozen, byte[] contractState) throws IOException {
        ObjectNode files = JSON.createObjectNode();
        try (Stream<Path> list = Files.list(frozen)) {
            for (Path file : list.sorted().toList()) {
                files.put(file.getFileName().toString(), store.putFile(file).hex());
            }
        }
        ObjectNode manifest = JSON.createObjectNode().put("format", FORMAT).put("function", version.manifest().name())
                .put("version", version.version()).put("fingerprint", fingerprint);
        if (contractState.length > 0) {
            manifest.put("contract", store.put(new ByteArrayInputStream(contractState)).hex());
        }
        manifest.set("files", files);
        store.putManifest(KIND, name(version), JSON.writeValueAsBytes(manifest));
        Path folder = folders.resolve(name(version));
        OwnFolders.remove(folder);
        Files.move(frozen, folder);
        return new Shelved(folder, contractState);
    }

    /**
     * The stored snapshot of exactly this image, if there is one.
     *
     * @throws BadSnapshotException when there is one but its parts are missing or damaged
     */
    Optional<Shelved> find(FunctionVersion version, String fingerprint) throws IOException {
        Optional<byte[]> stored = store.manifest(KIND, name(version));
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        JsonNode manifest = read(stored.get());
        if (manifest.path("format").asInt() != FORMAT) {
            throw new BadSnapshotException("its manifest has format " + manifest.path("format").asText("none")
                    + ", this Thaw writes " + FORMAT);
        }
        if (!manifest.path("fingerprint").asText().equals(fingerprint)) {
            throw new BadSnapshotException("it was made from another package, runtime or configuration");
        }
        byte[] contractState = new byte[0];
        if (manifest.has("contract")) {
            Digest digest = digest(manifest.path("contract"));
            if (!store.verify(digest)) {
                throw new BadSnapshotException("object " + digest + " is missing or damaged");
            }
            contractState = Files.readAllBytes(store.path(digest));
        }
        Path aside = emptyFolder();
        for (Map.Entry<String, JsonNode> file : manifest.path("files").properties()) {
            Digest digest = digest(file.getValue());
            if (!file.getKey().matches("[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,63}") || !store.contains(digest)) {
                throw new BadSnapshotException("object " + digest + " is missing");
            }
            link(aside.resolve(file.getKey()), store.path(digest));
        }
        Path folder = folders.resolve(name(version));
        Path learned = folder.resolve(WorkingSetFile.NAME);
        if (Files.isRegularFile(learned, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(learned, aside.resolve(WorkingSetFile.NAME));
        }
        OwnFolders.remove(folder);
        Files.move(aside, folder);
        return Optional.of(new Shelved(folder, contractState));
    }

    /** Forgets a version's snapshot, and its objects unless another version has the same. */
    void remove(FunctionVersion version) throws IOException {
        remove(name(version));
    }

    /** Forgets the snapshots of all versions but these. */
    void keepOnly(Set<FunctionVersion> versions) throws IOException {
        Set<String> kept = versions.stream().map(SnapshotShelf::name).collect(Collectors.toSet());
        for (String name : store.manifests(KIND)) {
            if (!kept.contains(name)) {
                remove(name);
            }
        }
    }

    private void remove(String name) throws IOException {
        Optional<byte[]> stored = store.manifest(KIND, name);
        store.deleteManifest(KIND, name);
        OwnFolders.remove(folders.resolve(name));
        if (stored.isPresent()) {
            Set<Digest> garbage = digests(stored.get());
            for (String other : store.manifests(KIND)) {
                Optional<byte[]> manifest = store.manifest(KIND, other);
                if (manifest.isPresent()) {
                    garbage.removeAll(digests(manifest.get()));
                }
            }
            for (Digest digest : garbage) {
                store.delete(digest);
            }
        }
    }

    private static Set<Digest> digests(byte[] manifest) {
        Set<Digest> all = new HashSet<>();
        try {
            JsonNode json = read(manifest);
            json.path("files").forEach(file -> all.add(digest(file)));
            if (json.has("contract")) {
                all.add(digest(json.path("contract")));
            }
        } catch (BadSnapshotException e) {
            // A manifest that names no objects keeps none alive.
        }
        return all;
    }

    private static JsonNode read(byte[] manifest) {
        try {
            return Optional.ofNullable(JSON.readTree(manifest)).filter(JsonNode::isObject)
                    .orElseThrow(() -> new BadSnapshotException("its manifest is no JSON object"));
        } catch (IOException e) {
            throw new BadSnapshotException("its manifest is no JSON");
        }
    }

    private static Digest digest(JsonNode value) {
        try {
            return new Digest(value.asText());
        } catch (IllegalArgumentException e) {
            throw new BadSnapshotException("its manifest names no digest: " + e.getMessage());
        }
    }

    private static void link(Path link, Path existing) throws IOException {
        try {
            Files.createLink(link, existing);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            Files.createSymbolicLink(link, existing.toAbsolutePath());
        }
    }

    private static String name(FunctionVersion version) {
        return version.manifest().name() + "." + version.version();
    }
}
