package dev.thaw.sdk.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CloudEventCodecTest {
    private final CloudEventCodec codec = new CloudEventCodec();

    @Test
    void readsAndWritesStructuredEvents() throws IOException {
        String text = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/shop\",\"type\":\"order\",\"time\":\"2026-01-31T10:00:00Z\","
                + "\"tenant\":\"a\",\"data\":{\"n\":1}}";
        CloudEvent event = codec.read(text.getBytes(UTF_8));
        assertEquals("order", event.getType());
        assertEquals("a", event.getExtension("tenant"));
        assertEquals("{\"n\":1}", new String(event.getData().toBytes(), UTF_8));
        String written = new String(codec.write(Optional.of(event)), UTF_8);
        assertTrue(written.contains("\"data\":{\"n\":1}") && written.contains("\"specversion\":\"1.0\"") && written.contains("\"tenant\":\"a\""), written);
        assertEquals("null", new String(codec.write(Optional.empty()), UTF_8));
    }

    @Test
    void keepsBytesAsTheyAre() throws IOException {
        CloudEvent event = codec.read("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"datacontenttype\":\"image/png\",\"data_base64\":\"/wA=\"}".getBytes(UTF_8));
        assertArrayEquals(new byte[] {-1, 0}, event.getData().toBytes());
        assertTrue(new String(codec.write(Optional.of(event)), UTF_8).contains("\"data_base64\":\"/wA=\""));
    }

    @Test
    void readsAttributesFromHeadersAndAnswersOverHttp() throws IOException {
        CloudEvent event = codec.read("""
                {"requestContext": {"http": {"method": "POST"}}, "body": "hello", "isBase64Encoded": false, "headers": {"ce-specversion": "1.0",
                 "ce-id": "7", "ce-source": "s", "ce-type": "greeted", "ce-who": "A%20B", "content-type": "text/plain", "host": "h"}}""".getBytes(UTF_8));
        assertEquals("7", event.getId());
        assertEquals("A B", event.getExtension("who"));
        assertEquals("text/plain", event.getDataContentType());
        assertEquals("hello", new String(event.getData().toBytes(), UTF_8));
        assertTrue(new String(codec.write(Optional.of(event)), UTF_8).startsWith("{\"statusCode\":200,\"headers\":{\"content-type\":\"application/cloudevents+json\"}"));
        assertEquals("{\"statusCode\":202}", new String(codec.write(Optional.empty()), UTF_8));
    }

    @Test
    void saysWhatAnEventLacks() {
        IOException noId = assertThrows(IOException.class, () -> codec.read("{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\"}".getBytes(UTF_8)));
        assertTrue(noId.getMessage().contains("id"), noId.getMessage());
        assertThrows(IOException.class, () -> codec.read("[]".getBytes(UTF_8)));
        assertThrows(IOException.class, () -> codec.read("{\"specversion\":\"0.3\"}".getBytes(UTF_8)));
    }
}
