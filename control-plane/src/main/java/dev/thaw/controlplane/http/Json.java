package dev.thaw.controlplane.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** JSON of clients and functions: UTF-8, one value, bounded in depth and in the length of numbers by Jackson's defaults. */
public final class Json {
    /** Where Jackson says that what is not closed began, in words about its own settings. */
    private static final Pattern START = Pattern.compile(" \\(start marker at .*\\)", Pattern.DOTALL);
    /** Immutable once built. Without charset detection: what looks like UTF-16 is no JSON here, as RFC 8259 says. */
    private static final JsonMapper MAPPER = JsonMapper.builder(
            JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build()).build();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Reads the one value that {@code bytes} are. */
    public static JsonNode parse(byte[] bytes) throws IOException {
        return parse(MAPPER.getFactory().createParser(bytes));
    }

    /** As {@link #parse(byte[])}, but refuses objects with a name that stands there twice. */
    public static JsonNode parseStrictly(byte[] bytes) throws IOException {
        return parse(MAPPER.getFactory().createParser(bytes).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));
    }

    private static JsonNode parse(JsonParser of) throws IOException {
        try (JsonParser parser = of) {
            JsonNode value = MAPPER.readTree(parser);
            if (value == null || value.isMissingNode()) {
                throw new IOException("there is no value");
            }
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the value");
            }
            return value;
        }
    }

    /** Fails, with the reason, unless {@code bytes} are one JSON value; makes no copy of it. */
    public static void check(byte[] bytes) throws IOException {
        try (JsonParser parser = MAPPER.getFactory().createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw new IOException("there is no value");
            }
            parser.skipChildren();
            parser.finishToken();
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the value");
            }
        }
    }

    /** As UTF-8; half of a surrogate pair, which has no form there and which functions and clients can have said, as '?'. */
    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException _) {
            return text(value).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("trees, records and collections of them have a JSON form", e);
        }
    }

    /** What is wrong, without a quotation of the document. */
    public static String reason(IOException e) {
        return e instanceof JsonProcessingException json
                ? START.matcher(json.getOriginalMessage()).replaceFirst("") + (json.getLocation() == null ? "" : " at byte " + json.getLocation().getByteOffset())
                : String.valueOf(e.getMessage());
    }
}
