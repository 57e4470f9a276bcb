package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RepliesTest {
    @Test
    void writesMillisecondsWithThreeDecimals() {
        assertEquals("0.000", Replies.millis(0));
        assertEquals("0.001", Replies.millis(500));
        assertEquals("1.000", Replies.millis(999_999));
        assertEquals("12.034", Replies.millis(12_034_400));
        assertEquals("900000.050", Replies.millis(900_000_050_000_000L / 1_000));
    }
}
