package dev.thaw.deploy.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.Sizes;
import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.ManifestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What differs between a deployed version and a folder.
 *
 * @param fields of the manifest, in its order
 * @param files  by path
 */
public record PackageDiff(List<Field> fields, List<File> files) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A field; an empty text where it is not there. Values of variables are not told: they may be secret. */
    public record Field(String name, String before, String after) {}

    /** A file. */
    public record File(String path, Kind kind, long bytesBefore, long bytesAfter) {}

    /** What became of a file. */
    public enum Kind {
        ADDED("+"), REMOVED("-"), CHANGED("~");

        private final String sign;

        Kind(String sign) {
            this.sign = sign;
        }
    }

    /**
     * Compares.
     *
     * @param deployed the server's answer about the package of what is served
     * @param manifest of the folder
     * @param contents what is packed of it
     */
    public static PackageDiff of(JsonNode deployed, FunctionManifest manifest, SortedMap<String, Path> contents) throws IOException {
        SortedMap<String, FileState> before = FileState.of(deployed);
        SortedMap<String, FileState> after = FileState.of(contents);
        List<File> files = new ArrayList<>();
        TreeSet<String> paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        for (String path : paths) {
            FileState was = before.get(path);
            FileState is = after.get(path);
            if (was == null) {
                files.add(new File(path, Kind.ADDED, 0, is.bytes()));
            } else if (is == null) {
                files.add(new File(path, Kind.REMOVED, was.bytes(), 0));
            } else if (!was.equals(is)) {
                files.add(new File(path, Kind.CHANGED, was.bytes(), is.bytes()));
            }
        }
        return new PackageDiff(fields(deployed.path("manifest").asText(), manifest), files);
    }

    private static List<Field> fields(String deployed, FunctionManifest manifest) {
        SortedMap<String, String> before;
        try {
            before = values(FunctionManifest.parse(deployed.getBytes(StandardCharsets.UTF_8)));
        } catch (ManifestException e) {
            return List.of(new Field("function.yaml", "(not understood by this thaw)", "(see the folder)"));
        }
        SortedMap<String, String> after = values(manifest);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream().map(name -> new Field(name, before.getOrDefault(name, ""), after.getOrDefault(name, "")))
                .filter(field -> !field.before().equals(field.after()))
                .map(field -> field.name().startsWith("env.") ? new Field(field.name(), hidden(field.before()), hidden(field.after())) : field).toList();
    }

    private static String hidden(String value) {
        return value.isEmpty() ? "" : "(set)";
    }

    private static SortedMap<String, String> values(FunctionManifest manifest) {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("runtime", manifest.runtime().label());
        values.put("handler", manifest.handler());
        values.put("command", String.join(" ", manifest.command()));
        values.put("memory", manifest.memoryMb() + " MB");
        values.put("cpu", Integer.toString(manifest.cpu()));
        values.put("timeout", manifest.timeout().toMillis() / 1000.0 + " s");
        values.put("isolation", manifest.isolation().label());
        values.put("egress", String.join(", ", manifest.egress()));
        values.put("rehearse", String.join(", ", manifest.rehearse()));
        manifest.maxConcurrency().ifPresent(count -> values.put("maxConcurrency", Integer.toString(count)));
        manifest.queue().ifPresent(count -> values.put("queue", Integer.toString(count)));
        manifest.environment().forEach((name, value) -> values.put("env." + name, "=" + value));
        return values;
    }

    public boolean isEmpty() {
        return fields.isEmpty() && files.isEmpty();
    }

    /** One line: how many files of each kind, and the fields. */
    public String summary() {
        List<String> parts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            long count = files.stream().filter(file -> file.kind() == kind).count();
            if (count > 0) {
                parts.add(kind.sign + count);
            }
        }
        List<String> all = new ArrayList<>();
        if (!parts.isEmpty()) {
            all.add(String.join(" ", parts) + (files.size() == 1 ? " file" : " files"));
        }
        fields.forEach(field -> all.add(text(field)));
        return all.isEmpty() ? "nothing" : String.join(", ", all);
    }

    private static String text(Field field) {
        if (field.before().isEmpty()) {
            return field.name() + " " + field.after();
        }
        return field.name() + " " + field.before() + " -> " + (field.after().isEmpty() ? "(none)" : field.after());
    }

    /** A line for each difference. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        fields.forEach(field -> lines.add("~ function.yaml: " + text(field)));
        for (File file : files) {
            lines.add(file.kind().sign + " " + file.path() + switch (file.kind()) {
                case ADDED -> "  " + Sizes.text(file.bytesAfter());
                case REMOVED -> "  " + Sizes.text(file.bytesBefore());
                case CHANGED -> "  " + Sizes.text(file.bytesBefore()) + " -> " + Sizes.text(file.bytesAfter());
            });
        }
        return lines;
    }

    /** For machines. */
    public ObjectNode json() {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode changedFields = json.putArray("fields");
        fields.forEach(field -> changedFields.addObject().put("name", field.name()).put("before", field.before()).put("after", field.after()));
        ArrayNode changedFiles = json.putArray("files");
        files.forEach(file -> changedFiles.addObject().put("path", file.path()).put("change", file.kind().name().toLowerCase(java.util.Locale.ROOT))
                .put("bytesBefore", file.bytesBefore()).put("bytesAfter", file.bytesAfter()));
        return json;
    }
}
