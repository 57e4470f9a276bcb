package dev.thaw.sdk.json;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** Reads events as one type and writes responses from another. */
public interface Values {
    /** The event as the handler's input type; an IOException says in what it does not fit. */
    Object read(byte[] event) throws IOException;

    /** The response's bytes. */
    byte[] write(Object response) throws IOException;

    /**
     * Throws an IllegalArgumentException with what to do about it when a type needs Jackson and the function does not bring it, or
     * when Jackson cannot handle a type.
     */
    static Values of(Type input, Type output) {
        if (isPlain(input) && isPlain(output)) {
            return new Values() {
                @Override
                public Object read(byte[] event) {
                    return readPlain(event, input);
                }

                @Override
                public byte[] write(Object response) {
                    return writePlain(response);
                }
            };
        }
        if (!hasJackson()) {
            throw new IllegalArgumentException("the handler's types are " + input.getTypeName() + " and " + output.getTypeName()
                    + "; anything but String and byte[] is read and written by Jackson, and the package has none:"
                    + " add com.fasterxml.jackson.core:jackson-databind to its dependencies");
        }
        return new JacksonValues(input, output);
    }

    /** Whether the function brings Jackson. */
    static boolean hasJackson() {
        try {
            Class.forName("com.fasterxml.jackson.databind.json.JsonMapper", false, Values.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Whether a value of the type is the payload itself. */
    static boolean isPlain(Type type) {
        return type == String.class || type == byte[].class;
    }

    /** A payload as a plain type. */
    static Object readPlain(byte[] event, Type type) {
        return type == String.class ? new String(event, StandardCharsets.UTF_8) : event;
    }

    /** A value of a plain type as a payload; nothing is JSON's null. */
    static byte[] writePlain(Object response) {
        return switch (response) {
            case null -> new byte[] {'n', 'u', 'l', 'l'};
            case byte[] bytes -> bytes;
            case Object text -> text.toString().getBytes(StandardCharsets.UTF_8);
        };
    }
}
