package dev.thaw.controlplane.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.thaw.controlplane.packages.PackageException;
import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionNames;
import dev.thaw.invoker.ManifestException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The manifest of a function that came through Lambda's API: the package's function.yaml, if it has one, with the fields over it that the
 * API set. It is written as JSON, which is YAML too; scalars stay the text that they were.
 */
final class ManifestOverlay {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Lambda's defaults, for packages that bring no manifest. */
    private static final int USUAL_MEMORY_MB = 128;
    private static final int USUAL_TIMEOUT_SECONDS = 3;

    /** Fields of the manifest, and what Lambda's API calls them. */
    private static final Map<String, String> FIELDS = Map.of("runtime", "Runtime", "handler", "Handler", "memory", "MemorySize", "timeout", "Timeout",
            "env", "Environment");

    private ManifestOverlay() {}

    /** @param settings fields of FunctionConfiguration, checked one by one already */
    static byte[] of(Optional<byte[]> packaged, String name, JsonNode settings) throws PackageException {
        try {
            ObjectNode manifest = packaged.isPresent() ? read(packaged.get()) : JSON.createObjectNode();
            manifest.put("name", FunctionNames.plain(name));
            if (packaged.isEmpty()) {
                if (!settings.has("Runtime") || !settings.has("Handler")) {
                    throw new PackageException("Runtime and Handler are needed for a package without a function.yaml");
                }
                manifest.put("memory", USUAL_MEMORY_MB).put("timeout", USUAL_TIMEOUT_SECONDS);
            }
            if (settings.has("Runtime")) {
                setRuntime(manifest, settings.path("Runtime").asText());
            }
            copy(settings, "Handler", manifest, "handler");
            copy(settings, "MemorySize", manifest, "memory");
            copy(settings, "Timeout", manifest, "timeout");
            if (settings.has("Environment")) {
                manifest.set("env", settings.path("Environment").deepCopy());
            }
            byte[] yaml = JSON.writeValueAsBytes(manifest);
            FunctionManifest.parse(yaml);
            return yaml;
        } catch (ManifestException e) {
            throw new PackageException(said(e.getMessage(), settings));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("trees have a JSON form", e);
        } catch (IOException e) {
            throw new PackageException("function.yaml cannot be read: " + e.getMessage(), e);
        }
    }

    /** What is wrong, by the name of the setting that it came from where it came from one. */
    private static String said(String message, JsonNode settings) {
        for (var field : FIELDS.entrySet()) {
            String begin = "field '" + field.getKey();
            if (settings.has(field.getValue()) && (message.startsWith(begin + "'") || message.startsWith(begin + "."))) {
                String name = field.getValue().equals("Environment") ? "Environment.Variables" : field.getValue();
                return "field '" + name + message.substring(begin.length());
            }
        }
        return "function.yaml: " + message;
    }

    private static void setRuntime(ObjectNode manifest, String label) throws PackageException {
        String named = LambdaRuntime.thaw(label).orElseThrow(() -> new PackageException("Runtime " + label + " is not supported"));
        String own = manifest.path("runtime").asText(named);
        if (!LambdaRuntime.agree(own, named)) {
            throw new PackageException("Runtime " + label + " contradicts the package's function.yaml, which says runtime " + own);
        }
        manifest.put("runtime", own);
    }

    private static void copy(JsonNode from, String field, ObjectNode to, String name) {
        if (from.has(field)) {
            to.set(name, from.path(field));
        }
    }

    /** As a tree of text; the fields are checked when all of them are together. */
    private static ObjectNode read(byte[] yaml) throws IOException, PackageException {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            parser.nextToken();
            if (node(parser) instanceof ObjectNode object) {
                return object;
            }
            throw new PackageException("function.yaml must hold fields, one 'name: value' a line");
        }
    }

    private static JsonNode node(YAMLParser parser) throws IOException, PackageException {
        if (parser.isCurrentAlias()) {
            throw new PackageException("function.yaml holds a YAML alias (*name); write the value out");
        }
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            ObjectNode object = JSON.createObjectNode();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (object.replace(field, node(parser)) != null) {
                    throw new PackageException("function.yaml: field '" + field + "' stands there twice; keep one");
                }
            }
            return object;
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            ArrayNode array = JSON.createArrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(node(parser));
            }
            return array;
        }
        return parser.currentToken() == JsonToken.VALUE_NULL ? JSON.nullNode() : JSON.getNodeFactory().textNode(parser.getText());
    }
}
