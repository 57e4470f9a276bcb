package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A request that carries a package in base64, tens of megabytes of it: read from the file that it was stored in, the package straight into
 * another file, all the rest, which is small, into memory.
 *
 * @param fields all fields; where the package was stands an empty string
 * @param zip    the package, removed by who has it; empty when there was none
 */
record CodeBody(ObjectNode fields, Optional<Path> zip) {
    private static final int MOST_TEXT = 1 << 18;
    private static final int MOST_REST = 1 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).maxNameLength(1_000).maxStringLength(MOST_TEXT).build())
            .build()).build();

    /** Reads and counts as it goes. */
    private static final class Reader {
        private final JsonParser parser;
        private final Path zip;
        private boolean found;
        private long rest;

        Reader(JsonParser parser, Path zip) {
            this.parser = parser;
            this.zip = zip;
        }

        ObjectNode object(String path) throws IOException, Problem {
            ObjectNode object = MAPPER.createObjectNode();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                count(name.length());
                parser.nextToken();
                if (object.replace(name, value(path + name)) != null) {
                    throw Problem.invalidContent("Could not parse request body into json: " + Fields.shown(name) + " stands there twice");
                }
            }
            return object;
        }

        private JsonNode value(String path) throws IOException, Problem {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.START_OBJECT) {
                return object(path + ".");
            }
            if (token == JsonToken.START_ARRAY) {
                ArrayNode array = MAPPER.createArrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(path));
                }
                return array;
            }
            if (token == JsonToken.VALUE_STRING) {
                return Set.of("ZipFile", "Code.ZipFile").contains(path) ? zip(path) : text();
            }
            if (token == null || !token.isScalarValue()) {
                throw Problem.invalidContent("Could not parse request body into json: it ends too early");
            }
            count(16);
            return MAPPER.readTree(parser);
        }

        private JsonNode text() throws IOException, Problem {
            String text = parser.getText();
            count(text.length());
            return MAPPER.getNodeFactory().textNode(text);
        }

        private JsonNode zip(String path) throws IOException, Problem {
            try (OutputStream out = Files.newOutputStream(zip, StandardOpenOption.WRITE)) {
                parser.readBinaryValue(out);
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw Problem.invalidParameter(path + " is no base64");
            }
            found = true;
            return MAPPER.getNodeFactory().textNode("");
        }

        private void count(int chars) throws Problem {
            rest += chars + 16;
            if (rest > MOST_REST) {
                throw Problem.tooLarge("The request without its package", MOST_REST);
            }
        }
    }

    /** Reads {@code body}, which stays; waits for the disk. */
    static CodeBody read(Path body) throws IOException, Problem {
        Path zip = Files.createTempFile(body.getParent(), "package-", ".zip",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean kept = false;
        try (JsonParser parser = MAPPER.getFactory().createParser(Files.newInputStream(body)).enable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            Reader reader = new Reader(parser, zip);
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw Problem.invalidContent("Could not parse request body into json: it is no object");
            }
            ObjectNode fields = reader.object("");
            if (parser.nextToken() != null) {
                throw Problem.invalidContent("Could not parse request body into json: there is more after the object");
            }
            kept = reader.found;
            return new CodeBody(fields, kept ? Optional.of(zip) : Optional.empty());
        } catch (JsonProcessingException e) {
            throw Problem.invalidContent("Could not parse request body into json: " + Json.reason(e));
        } finally {
            if (!kept) {
                Files.deleteIfExists(zip);
            }
        }
    }
}
