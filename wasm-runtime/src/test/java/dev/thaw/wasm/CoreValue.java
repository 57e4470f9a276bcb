package dev.thaw.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A value as a script of the core suite writes it: decimal bits, a reference, or a class of NaNs. */
final class CoreValue {
    private CoreValue() {
    }

    /** What is passed for a number or a function; -1 is the null function. */
    static long bits(JsonNode value) {
        return value.get("value").asText().equals("null") ? -1 : Long.parseUnsignedLong(value.get("value").asText());
    }

    /** What is passed for an external reference. */
    static Optional<Object> reference(JsonNode value) {
        return value.get("type").asText().equals("externref") && bits(value) != -1 ? Optional.of(bits(value)) : Optional.empty();
    }

    static boolean matches(Object result, JsonNode expected) {
        return switch (expected.get("type").asText()) {
            case "i32" -> ((Long) result).intValue() == (int) bits(expected);
            case "f32" -> single(((Long) result).intValue(), expected.get("value").asText());
            case "f64" -> twice((Long) result, expected.get("value").asText());
            case "externref" -> result.equals(reference(expected));
            case "funcref" -> !expected.has("value") || ((Long) result).intValue() == (int) bits(expected);
            default -> (Long) result == bits(expected);
        };
    }

    private static boolean single(int bits, String expected) {
        return switch (expected) {
            case "nan:canonical" -> (bits & 0x7fff_ffff) == 0x7fc0_0000;
            case "nan:arithmetic" -> (bits & 0x7fc0_0000) == 0x7fc0_0000;
            default -> bits == (int) Long.parseUnsignedLong(expected);
        };
    }

    private static boolean twice(long bits, String expected) {
        return switch (expected) {
            case "nan:canonical" -> (bits & Long.MAX_VALUE) == 0x7ff8_0000_0000_0000L;
            case "nan:arithmetic" -> (bits & 0x7ff8_0000_0000_0000L) == 0x7ff8_0000_0000_0000L;
            default -> bits == Long.parseUnsignedLong(expected);
        };
    }
}
