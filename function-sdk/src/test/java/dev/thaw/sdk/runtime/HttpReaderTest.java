package dev.thaw.sdk.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
    /** Gives at most so many bytes at once, as a network may. */
    private static InputStream dripping(String text, int step) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) {
            @Override
            public synchronized int read(byte[] bytes, int at, int length) {
                return super.read(bytes, at, Math.min(step, length));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100_000})
    void readsMessagesHoweverTheyAreCut(int step) throws IOException {
        String big = "x".repeat(40_000);
        InputStream in = dripping("HTTP/1.1 200 OK\r\nA: b\r\ncontent-LENGTH:  3\r\n\r\nabcHTTP/1.1 202 Accepted\r\nLong: " + big
                + "\r\nContent-Length: 0\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 40000\r\n\r\n" + big, step);
        HttpReader reader = new HttpReader();
        assertEquals("abc", new String(reader.receive(in), StandardCharsets.US_ASCII));
        assertEquals(200, reader.status());
        assertEquals(Optional.of("b"), reader.header("a"));
        assertEquals(0, reader.receive(in).length);
        assertEquals(Optional.of(big), reader.header("Long"));
        assertEquals(Optional.empty(), reader.header("Lon"));
        assertEquals(40_000, reader.receive(in).length);
        assertEquals(404, reader.status());
        assertThrows(EOFException.class, () -> reader.receive(in));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
    void refusesALengthThatItCannotUnderstand(String message) {
        assertThrows(IOException.class, () -> new HttpReader().receive(dripping(message, 100)));
    }
}
