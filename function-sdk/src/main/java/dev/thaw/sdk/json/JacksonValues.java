package dev.thaw.sdk.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Type;

/** JSON by Jackson, with the modules that the function brings; readers and writers are made here, before the snapshot. */
final class JacksonValues implements Values {
    private final Type input;
    private final Type output;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    JacksonValues(Type input, Type output) {
        JsonMapper mapper = JsonMapper.builder()
                .findAndAddModules()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        this.input = input;
        this.output = output;
        JavaType read = mapper.constructType(input);
        reader = mapper.readerFor(read);
        // A writer for what is declared would leave out what an implementation adds.
        writer = mapper.writer();
        warm(mapper, read);
    }

    @Override
    public Object read(byte[] event) throws IOException {
        return Values.isPlain(input) ? Values.readPlain(event, input) : reader.readValue(event);
    }

    @Override
    public byte[] write(Object response) throws IOException {
        return Values.isPlain(output) ? Values.writePlain(response) : writer.writeValueAsBytes(response);
    }

    /** Parses and writes a document, and builds what reading and writing the types takes, so that no request has to. */
    private void warm(JsonMapper mapper, JavaType read) {
        try {
            byte[] sample = "{\"a\":[1,2.5,true,null,\"\\u00e9\"]}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            mapper.writeValueAsBytes(mapper.readTree(sample));
            mapper.writeValueAsBytes(mapper.readValue(sample, Object.class));
            if (!Values.isPlain(input)) {
                reader.readValue("null".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
            if (!Values.isPlain(output)) {
                mapper.acceptJsonFormatVisitor(mapper.constructType(output),
                        new com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper.Base(mapper.getSerializerProviderInstance()));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("Jackson cannot read " + read + " or write " + output.getTypeName() + ": " + e.getMessage(), e);
        }
    }
}
