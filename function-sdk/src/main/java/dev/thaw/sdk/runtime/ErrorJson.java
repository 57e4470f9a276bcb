package dev.thaw.sdk.runtime;

import java.nio.charset.StandardCharsets;

/** A throwable as Lambda's Java runtimes report it: errorMessage, errorType, stackTrace, cause. */
final class ErrorJson {
    private static final int MOST_FRAMES = 100;
    private static final int MOST_CAUSES = 8;
    /** Characters of one message: the platform takes 6 MiB in all. */
    private static final int MOST_MESSAGE = 100_000;
    private static final String OWN = "dev.thaw.sdk.runtime.";

    private final StringBuilder json = new StringBuilder(1024);

    private ErrorJson() {}

    static byte[] of(Throwable thrown) {
        ErrorJson error = new ErrorJson();
        error.throwable(thrown, MOST_CAUSES);
        return error.json.toString().getBytes(StandardCharsets.UTF_8);
    }

    static String type(Throwable thrown) {
        return thrown instanceof RuntimeFault fault ? fault.type() : thrown.getClass().getName();
    }

    private void throwable(Throwable thrown, int causes) {
        String message = String.valueOf(message(thrown));
        json.append("{\"errorMessage\":");
        string(message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message);
        json.append(",\"errorType\":");
        string(type(thrown));
        json.append(",\"stackTrace\":[");
        int frames = 0;
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (element.getClassName().startsWith(OWN) || frames == MOST_FRAMES) {
                break; // what called the handler is not the author's
            }
            if (frames++ > 0) {
                json.append(',');
            }
            string(element.toString());
        }
        json.append(']');
        if (thrown.getCause() != null && causes > 0) {
            json.append(",\"cause\":");
            throwable(thrown.getCause(), causes - 1);
        }
        json.append('}');
    }

    /** A message is the author's code too, and may fail. */
    private static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? thrown.getClass().getName() : message;
        } catch (RuntimeException e) {
            return thrown.getClass().getName() + ", whose getMessage() failed: " + e.getClass().getName();
        }
    }

    private void string(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                json.append('\\').append(each);
            } else if (each < ' ' || Character.isSurrogate(each) || each == '\u2028' || each == '\u2029') {
                String hex = Integer.toHexString(each);
                json.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
            } else {
                json.append(each);
            }
        }
        json.append('"');
    }
}
