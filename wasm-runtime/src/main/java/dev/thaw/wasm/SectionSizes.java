package dev.thaw.wasm;

import java.util.Map;

/**
 * Looks at a binary's sections before the parser builds anything from them: a few bytes may stand for much, as a count of locals
 * does, and the parser allocates what a count says. Source of the format: WebAssembly core specification, binary format, modules.
 */
final class SectionSizes {
    private static final int CUSTOM = 0;
    private static final int TYPE = 1;
    private static final int IMPORT = 2;
    private static final int MEMORY = 5;
    private static final int EXPORT = 7;
    private static final int START = 8;
    private static final int ELEMENT = 9;
    private static final int CODE = 10;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;
    /** Bytes of a section by its id, where it is less than the module's: type, import, function, table, memory, global, export, element, tag. */
    private static final Map<Integer, Integer> MOST_BYTES = Map.of(TYPE, 1 << 20, IMPORT, 4 << 20, 3, 1 << 20, 4, 1 << 16, MEMORY, 1 << 10,
            6, 1 << 20, EXPORT, 8 << 20, ELEMENT, 1 << 20, 13, 1 << 16);

    private final ModuleCursor cursor;

    private SectionSizes(ModuleCursor cursor) {
        this.cursor = cursor;
    }

    /** @throws InvalidModuleException when the sections are not one after the other to the end, or one is too large */
    static void check(byte[] module) throws InvalidModuleException {
        ModuleCursor cursor = new ModuleCursor(module, 8);
        SectionSizes sizes = new SectionSizes(cursor);
        while (cursor.left() > 0) {
            int id = cursor.octet("section");
            int size = cursor.size("section " + id);
            int end = cursor.at() + size;
            long limit = id == CODE ? ModuleLimits.codeBytes() : MOST_BYTES.getOrDefault(id, ModuleLimits.MODULE_BYTES);
            if (size > limit) {
                throw new InvalidModuleException("section " + id + " of the module has " + size + " bytes; at most " + limit
                        + " are allowed" + (id == CODE ? " with this server's heap" : ""));
            }
            if (id == CUSTOM) {
                sizes.bytes("a custom section's name");
            }
            if (id != CUSTOM && id != START && id != DATA_COUNT) {
                sizes.entries(id, sizes.count("section " + id, ModuleLimits.DEFINITIONS));
            }
            cursor.moveTo(end);
        }
    }

    /** A count of entries, of which each has a byte at least. */
    private int count(String what, int limit) throws InvalidModuleException {
        int count = cursor.number("the count of " + what);
        if (count < 0 || count > limit || count > cursor.left()) {
            throw new InvalidModuleException(what + " of the module has " + Integer.toUnsignedString(count) + " entries; at most "
                    + limit + " are allowed, and no more than it has bytes");
        }
        return count;
    }

    private void entries(int id, int count) throws InvalidModuleException {
        switch (id) {
            case TYPE -> {
                for (int i = 0; i < count; i++) {
                    type("type " + i, 0);
                }
            }
            case IMPORT -> {
                for (int i = 0; i < count; i++) {
                    imported("import " + i);
                }
            }
            case MEMORY -> {
                for (int i = 0; i < count; i++) {
                    limits("memory " + i);
                }
            }
            case EXPORT -> {
                for (int i = 0; i < count; i++) {
                    String what = "export " + i;
                    bytes(what);
                    cursor.skip(1, what);
                    cursor.passNumber(what);
                }
            }
            case ELEMENT -> {
                for (int i = 0; i < count; i++) {
                    element("element segment " + i);
                }
            }
            case CODE -> locals(count);
            case DATA -> {
                for (int i = 0; i < count; i++) {
                    data("data segment " + i);
                }
            }
            default -> {
                // no counts within
            }
        }
    }

    private void type(String what, int depth) throws InvalidModuleException {
        int form = cursor.octet(what);
        switch (form) {
            // rec: several; it does not nest
            case 0x4e -> {
                if (depth > 0) {
                    throw new InvalidModuleException("malformed module: " + what + " is a group in a group");
                }
                int count = count(what, ModuleLimits.DEFINITIONS);
                for (int i = 0; i < count; i++) {
                    type(what, 1);
                }
            }
            // sub, sub final: supertypes, then the type
            case 0x4f, 0x50 -> {
                int supertypes = count(what, 1);
                for (int i = 0; i < supertypes; i++) {
                    cursor.passNumber(what);
                }
                if (depth > 1) {
                    throw new InvalidModuleException("malformed module: " + what + " is a subtype of a subtype's form");
                }
                type(what, 2);
            }
            case 0x60 -> {
                for (int list = 0; list < 2; list++) {
                    int count = count(what, ModuleLimits.PARAMETERS);
                    for (int i = 0; i < count; i++) {
                        cursor.passType(what);
                    }
                }
            }
            case 0x5e, 0x5f -> throw new InvalidModuleException(what + " is a struct or an array: garbage-collected types are not run here");
            default -> throw new InvalidModuleException("malformed module: " + what + " begins with " + form);
        }
    }

    /** Bytes behind their length: a name, or data. */
    private void bytes(String what) throws InvalidModuleException {
        cursor.skip(cursor.size(what), what);
    }

    private void imported(String what) throws InvalidModuleException {
        bytes(what);
        bytes(what);
        int kind = cursor.octet(what);
        switch (kind) {
            case 0 -> cursor.passNumber(what);
            case 1 -> {
                cursor.passType(what);
                limits(what);
            }
            case 2 -> limits(what);
            case 3 -> {
                cursor.passType(what);
                cursor.skip(1, what);
            }
            case 4 -> {
                cursor.skip(1, what);
                cursor.passNumber(what);
            }
            default -> throw new InvalidModuleException("malformed module: " + what + " is of kind " + kind);
        }
    }

    private void limits(String what) throws InvalidModuleException {
        int flags = cursor.octet(what);
        Proposals.checkLimits(flags, what);
        cursor.passNumber(what);
        if ((flags & 1) != 0) {
            cursor.passNumber(what);
        }
    }

    private void data(String what) throws InvalidModuleException {
        int flags = cursor.number(what);
        if (flags == 2) {
            cursor.passNumber(what);
        }
        if (flags != 1) {
            expression(what);
        }
        bytes(what);
    }

    private void element(String what) throws InvalidModuleException {
        int flags = cursor.number(what);
        if (flags < 0 || flags > 7) {
            throw new InvalidModuleException("malformed module: " + what + " has flags " + flags);
        }
        boolean active = (flags & 1) == 0;
        if (active && (flags & 2) != 0) {
            cursor.passNumber(what);
        }
        if (active) {
            expression(what);
        }
        if ((flags & 3) != 0) {
            cursor.passType(what);
        }
        int count = count(what, ModuleLimits.MODULE_BYTES);
        for (int i = 0; i < count; i++) {
            if ((flags & 4) != 0) {
                expression(what);
            } else {
                cursor.passNumber(what);
            }
        }
    }

    /** Passes over a constant expression. */
    private void expression(String what) throws InvalidModuleException {
        while (true) {
            int opcode = cursor.octet(what);
            switch (opcode) {
                case 0x0b -> {
                    return;
                }
                // global.get, i32.const, i64.const, ref.null, ref.func
                case 0x23, 0x41, 0x42, 0xd0, 0xd2 -> cursor.passNumber(what);
                case 0x43 -> cursor.skip(4, what);
                case 0x44 -> cursor.skip(8, what);
                // i32 and i64 add, sub, mul
                case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> { }
                default -> throw new InvalidModuleException("invalid module: " + what + ": constant expression required, not instruction "
                        + Integer.toHexString(opcode));
            }
        }
    }

    /** Counts of locals are written with few bytes and become lists. */
    private void locals(int functions) throws InvalidModuleException {
        long all = 0;
        for (int function = 0; function < functions; function++) {
            String where = "function body " + function;
            int size = cursor.size(where);
            int end = cursor.at() + size;
            int groups = cursor.number(where);
            long own = 0;
            for (int i = 0; i < groups && own <= ModuleLimits.LOCALS; i++) {
                own += Integer.toUnsignedLong(cursor.number(where));
                cursor.passType(where);
            }
            all += own;
            if (own > ModuleLimits.LOCALS || all > ModuleLimits.LOCALS_OF_ALL) {
                throw new InvalidModuleException(where + " brings more locals than are allowed: " + ModuleLimits.LOCALS
                        + " in a function, " + ModuleLimits.LOCALS_OF_ALL + " in all");
            }
            cursor.moveTo(end);
        }
    }
}
