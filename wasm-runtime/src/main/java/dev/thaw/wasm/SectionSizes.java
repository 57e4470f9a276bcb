package dev.thaw.wasm;

import java.util.Map;

/**
 * Looks at a binary's sections before the parser builds anything from them: a few bytes may stand for much, as a count of locals
 * does. Source of the format: WebAssembly core specification, binary format, modules.
 */
final class SectionSizes {
    private static final int CUSTOM = 0;
    private static final int START = 8;
    private static final int CODE = 10;
    private static final int DATA_COUNT = 12;
    /** Bytes of a section by its id, where it is less than the module's: type, import, function, table, memory, global, export, element, tag. */
    private static final Map<Integer, Integer> MOST_BYTES = Map.of(1, 1 << 20, 2, 4 << 20, 3, 1 << 20, 4, 1 << 16, 5, 1 << 10,
            6, 1 << 20, 7, 8 << 20, 9, 1 << 20, 13, 1 << 16);

    private final byte[] module;
    private int at;

    private SectionSizes(byte[] module, int at) {
        this.module = module;
        this.at = at;
    }

    /** @throws InvalidModuleException when the sections are not one after the other to the end, or one is too large */
    static void check(byte[] module) throws InvalidModuleException {
        SectionSizes cursor = new SectionSizes(module, 8);
        while (cursor.at < module.length) {
            int id = module[cursor.at++] & 0xff;
            int size = cursor.size("section " + id);
            int end = cursor.at + size;
            long limit = id == CODE ? ModuleLimits.codeBytes() : MOST_BYTES.getOrDefault(id, ModuleLimits.MODULE_BYTES);
            if (size > limit) {
                throw new InvalidModuleException("section " + id + " of the module has " + size + " bytes; at most " + limit
                        + " are allowed" + (id == CODE ? " with this server's heap" : ""));
            }
            if (id != CUSTOM && id != START && id != DATA_COUNT) {
                int count = cursor.number("the count of section " + id);
                if (count < 0 || count > ModuleLimits.DEFINITIONS) {
                    throw new InvalidModuleException("section " + id + " of the module has " + Integer.toUnsignedString(count)
                            + " entries; at most " + ModuleLimits.DEFINITIONS + " are allowed");
                }
                if (id == CODE) {
                    cursor.locals(count);
                }
            }
            cursor.at = end;
        }
    }

    /** Counts of locals are written with few bytes and become lists. */
    private void locals(int functions) throws InvalidModuleException {
        long all = 0;
        for (int function = 0; function < functions; function++) {
            String where = "function body " + function;
            int end = size(where) + at;
            int groups = number(where);
            long own = 0;
            for (int i = 0; i < groups && own <= ModuleLimits.LOCALS; i++) {
                own += Integer.toUnsignedLong(number(where));
                int type = octet(where);
                // a reference to a type: its index follows
                if (type == 0x63 || type == 0x64) {
                    number(where);
                }
            }
            all += own;
            if (own > ModuleLimits.LOCALS || all > ModuleLimits.LOCALS_OF_ALL) {
                throw new InvalidModuleException(where + " brings more locals than are allowed: " + ModuleLimits.LOCALS
                        + " in a function, " + ModuleLimits.LOCALS_OF_ALL + " in all");
            }
            at = end;
        }
    }

    /** A length of what follows, inside the module. */
    private int size(String what) throws InvalidModuleException {
        int size = number(what);
        if (size < 0 || size > module.length - at) {
            throw new InvalidModuleException("malformed module: " + what + " goes beyond the end");
        }
        return size;
    }

    private int octet(String what) throws InvalidModuleException {
        if (at >= module.length) {
            throw new InvalidModuleException("malformed module: " + what + " is cut off");
        }
        return module[at++] & 0xff;
    }

    /** An unsigned LEB128 number of 32 bits, or what begins like one: the parser is strict about the rest. */
    private int number(String what) throws InvalidModuleException {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int octet = octet(what);
            value |= (octet & 0x7f) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new InvalidModuleException("malformed module: a number of " + what + " is too long");
    }
}
