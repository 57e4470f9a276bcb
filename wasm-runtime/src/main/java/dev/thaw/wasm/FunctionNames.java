package dev.thaw.wasm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a module's functions are called, and which of them a Java stack trace shows. Immutable.
 *
 * <p>Read by ourselves: Endive sorts the names in as they come, which takes minutes for a few megabytes in falling order.
 */
final class FunctionNames {
    private static final int MOST_FRAMES = 64;
    private static final int LONGEST_NAME = 200;
    /** How Endive's compiler names the method of a function: func_ and its index. */
    private static final String METHOD = "func_";
    /** Source: WebAssembly core specification, appendix, custom sections, name section. */
    private static final int FUNCTION_NAMES = 1;

    private final Map<Integer, String> names = new HashMap<>();

    /** @param section content of the name section; what is wrong in it ends the names there, as a custom section may */
    FunctionNames(byte[] section) {
        Cursor cursor = new Cursor(section);
        while (cursor.at < section.length) {
            int id = section[cursor.at++];
            int size = cursor.number();
            int end = cursor.at + size;
            if (size < 0 || end < 0 || end > section.length) {
                return;
            }
            if (id == FUNCTION_NAMES) {
                read(cursor, end);
            }
            cursor.at = end;
        }
    }

    private void read(Cursor cursor, int end) {
        int count = cursor.number();
        for (int i = 0; i < count && cursor.at < end && names.size() < ModuleLimits.FUNCTIONS; i++) {
            int function = cursor.number();
            int length = cursor.number();
            if (length < 0 || length > end - cursor.at) {
                return;
            }
            String name = new String(cursor.bytes, cursor.at, Math.min(length, LONGEST_NAME), StandardCharsets.UTF_8);
            names.put(function, Printable.name(name));
            cursor.at += length;
        }
    }

    private static final class Cursor {
        private final byte[] bytes;
        private int at;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        /** An unsigned LEB128 number; 0 where the bytes end. */
        int number() {
            int value = 0;
            for (int shift = 0; shift < 35 && at < bytes.length; shift += 7) {
                int octet = bytes[at++];
                value |= (octet & 0x7f) << shift;
                if (octet >= 0) {
                    return value;
                }
            }
            return value;
        }
    }

    /** The name section's name, cut, or {@code func[12]}. */
    String name(int function) {
        String name = names.getOrDefault(function, "");
        return name.isEmpty() ? "func[" + function + "]" : name;
    }

    /** The module's functions in a trace, innermost first, at most {@value #MOST_FRAMES}. */
    List<String> backtrace(Throwable failure) {
        List<String> frames = new ArrayList<>();
        for (StackTraceElement element : failure.getStackTrace()) {
            String method = element.getMethodName();
            if (element.getClassName().startsWith(ModuleCompiler.CLASS_NAME) && method.startsWith(METHOD)) {
                frames.add(name(Integer.parseInt(method, METHOD.length(), method.length(), 10)));
                if (frames.size() == MOST_FRAMES) {
                    break;
                }
            }
        }
        return frames;
    }
}
