package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{| Unexpected end-of-input: expected close marker for Object at byte 1",
        "[| Unexpected end-of-input: expected close marker for Array at byte 1",
        "{} {}| there is more after the value"})
    void saysWhatIsWrongInWordsForTheClient(String text, String reason) {
        IOException failure = assertThrows(IOException.class, () -> Json.check(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(reason, Json.reason(failure));
    }

    @Test
    void quotesNothingOfTheDocument() {
        IOException failure = assertThrows(IOException.class, () -> Json.check("{\"password\": secretly}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-1, Json.reason(failure).indexOf("password"), Json.reason(failure));
    }
}
