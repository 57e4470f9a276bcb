package dev.thaw.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes small modules for tests, section by section. Source of the numbers: WebAssembly core specification, binary format. */
final class ModuleBytes {
    static final int I32 = 0x7f;
    static final int I64 = 0x7e;
    static final int FUNCREF = 0x70;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> tables = new ArrayList<>();
    private final List<byte[]> memories = new ArrayList<>();
    private final List<byte[]> globals = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> elements = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final List<byte[]> names = new ArrayList<>();
    private byte[] start = {};
    private int functionCount;

    /** An unsigned LEB128 number. */
    static byte[] leb(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        do {
            int low = (int) value & 0x7f;
            value >>>= 7;
            out.write(value == 0 ? low : low | 0x80);
        } while (value != 0);
        return out.toByteArray();
    }

    /** Code: an int is one byte, a long a signed LEB128 number, a byte[] itself. */
    static byte[] code(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            switch (part) {
                case Integer octet -> out.write(octet);
                case Long number -> out.writeBytes(signed(number));
                case byte[] bytes -> out.writeBytes(bytes);
                default -> throw new IllegalArgumentException("not code: " + part);
            }
        }
        return out.toByteArray();
    }

    private static byte[] signed(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            int low = (int) value & 0x7f;
            value >>= 7;
            if (value == 0 && (low & 0x40) == 0 || value == -1 && (low & 0x40) != 0) {
                out.write(low);
                return out.toByteArray();
            }
            out.write(low | 0x80);
        }
    }

    private static byte[] name(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return code(leb(bytes.length), bytes);
    }

    private static byte[] list(List<byte[]> items) {
        return code(leb(items.size()), code(items.toArray()));
    }

    private int type(int[] parameters, int[] results) {
        byte[] type = code(0x60, leb(parameters.length), octets(parameters), leb(results.length), octets(results));
        for (int i = 0; i < types.size(); i++) {
            if (Arrays.equals(types.get(i), type)) {
                return i;
            }
        }
        types.add(type);
        return types.size() - 1;
    }

    private static byte[] octets(int[] values) {
        byte[] octets = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            octets[i] = (byte) values[i];
        }
        return octets;
    }

    /** Imports come before functions. */
    ModuleBytes function(String module, String name, int[] parameters, int[] results) {
        imports.add(code(name(module), name(name), 0, leb(type(parameters, results))));
        functionCount++;
        return this;
    }

    /** A function, exported under its name, that has the name in the name section; {@code locals} are i32. The body's end is added. */
    ModuleBytes function(String name, int[] parameters, int[] results, int locals, Object... body) {
        functions.add(leb(type(parameters, results)));
        byte[] content = code(locals == 0 ? leb(0) : code(leb(1), leb(locals), I32), code(body), 0x0b);
        bodies.add(code(leb(content.length), content));
        exports.add(code(name(name), 0, leb(functionCount)));
        names.add(code(leb(functionCount), name(name)));
        functionCount++;
        return this;
    }

    ModuleBytes memory(int pages) {
        memories.add(code(0, leb(pages)));
        return this;
    }

    ModuleBytes table(int size) {
        tables.add(code(FUNCREF, 0, leb(size)));
        return this;
    }

    /** A mutable i32. */
    ModuleBytes global(long value) {
        globals.add(code(I32, 1, 0x41, value, 0x0b));
        return this;
    }

    ModuleBytes element(int offset, int... indices) {
        List<byte[]> items = new ArrayList<>();
        for (int index : indices) {
            items.add(leb(index));
        }
        elements.add(code(0, 0x41, (long) offset, 0x0b, list(items)));
        return this;
    }

    ModuleBytes data(int offset, byte[] bytes) {
        data.add(code(0, 0x41, (long) offset, 0x0b, leb(bytes.length), bytes));
        return this;
    }

    ModuleBytes start(int function) {
        start = leb(function);
        return this;
    }

    byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        section(out, 1, types);
        section(out, 2, imports);
        section(out, 3, functions);
        section(out, 4, tables);
        section(out, 5, memories);
        section(out, 6, globals);
        section(out, 7, exports);
        if (start.length > 0) {
            out.writeBytes(code(8, leb(start.length), start));
        }
        section(out, 9, elements);
        section(out, 10, bodies);
        section(out, 11, data);
        byte[] functionNames = list(names);
        byte[] custom = code(name("name"), 1, leb(functionNames.length), functionNames);
        out.writeBytes(code(0, leb(custom.length), custom));
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, List<byte[]> items) {
        if (!items.isEmpty()) {
            byte[] content = list(items);
            out.writeBytes(code(id, leb(content.length), content));
        }
    }
}
