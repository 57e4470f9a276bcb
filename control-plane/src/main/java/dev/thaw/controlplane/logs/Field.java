package dev.thaw.controlplane.logs;

/**
 * A named value of a server log line; given as a parameter to {@link System.Logger}, {@link ServerLogFormatter} writes it
 * after the message.
 *
 * @param key   lower camel case, such as {@code requestId}
 * @param value written with its {@code toString}; never a secret
 */
public record Field(String key, Object value) {
    public static Field function(String name) {
        return new Field("function", name);
    }

    /** @param qualifier a number, which stays one, or {@code $LATEST} */
    public static Field version(String qualifier) {
        return new Field("version", qualifier.matches("\\d{1,9}") ? (Object) Integer.valueOf(qualifier) : qualifier);
    }

    public static Field requestId(String id) {
        return new Field("requestId", id);
    }

    /** As {@code key=value}, for handlers that know nothing of fields. */
    @Override
    public String toString() {
        return key + "=" + value;
    }
}
