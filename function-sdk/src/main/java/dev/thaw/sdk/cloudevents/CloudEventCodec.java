package dev.thaw.sdk.cloudevents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventRWException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * CloudEvents in JSON, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, and in the headers of a
 * function URL's request, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md.
 */
public final class CloudEventCodec {
    private static final String STRUCTURED = "application/cloudevents+json";
    private final JsonMapper json = new JsonMapper();
    private boolean overHttp;

    /** An IOException says what about the event is not a CloudEvent. */
    public CloudEvent read(byte[] payload) throws IOException {
        JsonNode event = json.readTree(payload);
        overHttp = event.path("requestContext").path("http").isObject();
        try {
            return overHttp ? ofRequest(event) : structured(event);
        } catch (CloudEventRWException | IllegalStateException | IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException("the event is not a CloudEvent: " + e.getMessage(), e);
        }
    }

    /** In the form of what was read last: a function URL's response if that came over one. */
    public byte[] write(Optional<CloudEvent> response) throws IOException {
        Optional<ObjectNode> event = Optional.empty();
        if (response.isPresent()) {
            event = Optional.of(structured(response.get()));
        }
        if (!overHttp) {
            return json.writeValueAsBytes(event.isPresent() ? event.get() : json.nullNode());
        }
        ObjectNode reply = json.createObjectNode().put("statusCode", event.isPresent() ? 200 : 202);
        if (event.isPresent()) {
            reply.putObject("headers").put("content-type", STRUCTURED);
            reply.put("body", json.writeValueAsString(event.get()));
        }
        return json.writeValueAsBytes(reply);
    }

    private CloudEvent ofRequest(JsonNode request) throws IOException {
        JsonNode headers = request.path("headers");
        String text = request.path("body").asText("");
        byte[] body = request.path("isBase64Encoded").asBoolean()
                ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
        String contentType = headers.path("content-type").asText("");
        if (contentType.toLowerCase(Locale.ROOT).startsWith("application/cloudevents")) {
            return structured(json.readTree(body));
        }
        CloudEventBuilder builder = CloudEventBuilder.v1();
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith("ce-")) {
                attribute(builder, name.substring(3), URLDecoder.decode(header.getValue().asText().replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        if (!contentType.isEmpty()) {
            builder.withDataContentType(contentType);
        }
        return (body.length == 0 ? builder : builder.withData(body)).build();
    }

    private CloudEvent structured(JsonNode event) throws IOException {
        if (!event.isObject()) {
            throw new IOException("the event is not a CloudEvent: it is no JSON object");
        }
        CloudEventBuilder builder = CloudEventBuilder.v1();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "data" -> builder.withData(value.isTextual() && !isJson(event)
                        ? value.asText().getBytes(StandardCharsets.UTF_8) : json.writeValueAsBytes(value));
                case "data_base64" -> builder.withData(Base64.getDecoder().decode(value.asText()));
                case String name when value.isNull() -> { }
                case String name -> attribute(builder, name, value.asText());
            }
        }
        return builder.build();
    }

    /** JSON unless it says otherwise, as the format has it. */
    private static boolean isJson(JsonNode event) {
        String type = event.path("datacontenttype").asText("application/json").toLowerCase(Locale.ROOT);
        return type.contains("json");
    }

    private static void attribute(CloudEventBuilder builder, String name, String value) throws IOException {
        switch (name) {
            case "specversion" -> {
                if (!value.equals("1.0")) {
                    throw new IOException("the event is of CloudEvents version " + value + ", known is 1.0");
                }
            }
            case "id" -> builder.withId(value);
            case "source" -> builder.withSource(URI.create(value));
            case "type" -> builder.withType(value);
            case "datacontenttype" -> builder.withDataContentType(value);
            case "dataschema" -> builder.withDataSchema(URI.create(value));
            case "subject" -> builder.withSubject(value);
            case "time" -> builder.withTime(OffsetDateTime.parse(value));
            case String extension -> builder.withExtension(extension, value);
        }
    }

    private ObjectNode structured(CloudEvent event) throws IOException {
        ObjectNode object = json.createObjectNode();
        for (String name : event.getAttributeNames()) {
            Object value = event.getAttribute(name);
            if (value != null) {
                object.put(name, value.toString());
            }
        }
        for (String name : event.getExtensionNames()) {
            object.put(name, String.valueOf(event.getExtension(name)));
        }
        if (event.getData() != null) {
            byte[] data = event.getData().toBytes();
            if (isJson(object)) {
                object.set("data", json.readTree(data));
            } else {
                object.put("data_base64", Base64.getEncoder().encodeToString(data));
            }
        }
        return object;
    }
}
