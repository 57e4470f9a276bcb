package dev.thaw.invoker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A YAML document as text: scalars stay what was written, so that {@code no}, {@code 1e3} or {@code 0755} in an environment
 * variable are those characters and not false, 1000 and 493.
 */
sealed interface YamlNode {
    /** One value as it was written; {@code empty} when there was none ({@code ~}, {@code null} or nothing). */
    record Scalar(String text, boolean empty) implements YamlNode {}

    record Items(List<YamlNode> items) implements YamlNode {}

    record Fields(Map<String, YamlNode> fields) implements YamlNode {}

    /** Largest document, bytes. */
    int MAX_BYTES = 64 << 10;
    /** Deepest nesting that a manifest has a use for. */
    int MAX_DEPTH = 8;

    static YamlNode read(byte[] yaml) throws ManifestException {
        if (yaml.length > MAX_BYTES) {
            throw new ManifestException("function.yaml has " + yaml.length + " bytes; at most " + MAX_BYTES + " are read");
        }
        checkUtf8(yaml);
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            if (parser.nextToken() == null) {
                throw new ManifestException("function.yaml is empty; it needs at least name and runtime");
            }
            YamlNode root = node(parser, "the document", 0);
            if (parser.nextToken() != null) {
                throw new ManifestException("function.yaml holds more than one document; keep one");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new ManifestException("function.yaml is not YAML" + complaint(e));
        } catch (IOException e) {
            throw new ManifestException("function.yaml is not YAML: " + firstLine(String.valueOf(e.getMessage())));
        }
    }

    private static void checkUtf8(byte[] yaml) throws ManifestException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(yaml));
        } catch (CharacterCodingException e) {
            throw new ManifestException("function.yaml is not UTF-8 text; save it as that");
        }
    }

    /** The parser says in its first line what it was at, and what is wrong and where below. */
    private static String complaint(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return " at line " + (marked.getProblemMark().getLine() + 1) + ": " + marked.getProblem();
        }
        return (e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr()) + ": " + firstLine(e.getOriginalMessage());
    }

    private static YamlNode node(YAMLParser parser, String where, int depth) throws IOException, ManifestException {
        if (depth > MAX_DEPTH) {
            throw new ManifestException(where + " is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (parser.isCurrentAlias()) {
            throw new ManifestException(where + " is a YAML alias (*name); write the value out");
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (fields.put(name, node(parser, name, depth + 1)) != null) {
                    throw new ManifestException("field '" + name + "' stands there twice; keep one");
                }
            }
            return new Fields(fields);
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser, where, depth + 1));
            }
            return new Items(items);
        }
        if (token == JsonToken.VALUE_NULL) {
            return new Scalar("", true);
        }
        return new Scalar(parser.getText(), false);
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
