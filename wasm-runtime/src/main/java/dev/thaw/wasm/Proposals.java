package dev.thaw.wasm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names what the parser does not know at all, so that an author reads which option of a toolchain to leave out and not which byte is odd.
 * What it does know and is not run here, {@link ModuleCheck} names. Source of the numbers: each proposal's binary format.
 */
final class Proposals {
    private static final int ADDRESSES_64 = 4;
    private static final int PAGE_SIZE = 8;
    /** How Endive's parser says that it does not know an instruction: hexadecimal, behind a prefix both in one number. */
    private static final Pattern UNKNOWN = Pattern.compile("illegal opcode, op value ([0-9A-Fa-f]{2,6})");

    private Proposals() {
    }

    /** @param flags of a memory's or table's limits; {@code what} has them */
    static void checkLimits(int flags, String what) throws InvalidModuleException {
        if ((flags & ~(ADDRESSES_64 | 3)) == 0 && (flags & ADDRESSES_64) != 0) {
            throw new InvalidModuleException(what + " has 64-bit addresses (memory64): not run here; build for wasm32");
        }
        if ((flags & ~(PAGE_SIZE | ADDRESSES_64 | 3)) == 0 && (flags & PAGE_SIZE) != 0) {
            throw new InvalidModuleException(what + " has a page size of its own (custom page sizes): not run here");
        }
    }

    /** The proposal that an instruction is of which the parser complains; empty when none is known for it. */
    static Optional<String> of(String complaint) {
        Matcher unknown = UNKNOWN.matcher(complaint);
        if (!unknown.find()) {
            return Optional.empty();
        }
        int code = Integer.parseInt(unknown.group(1), 16);
        if (code == 0x06 || code == 0x07 || code == 0x09 || code == 0x18 || code == 0x19) {
            return Optional.of("exceptions of the older kind (try, catch, delegate), which are not run here: build with try_table (exnref)");
        }
        if (code >= 0xe0 && code <= 0xe6) {
            return Optional.of("stack switching, which is not run here");
        }
        if (code >= 0xfc13 && code <= 0xfc16) {
            return Optional.of("wide arithmetic, which is not run here");
        }
        if (code >> 8 == 0xfd || code >> 16 == 0xfd) {
            return Optional.of("vectors (SIMD), which the compiler does not know: build with -mno-simd128");
        }
        return Optional.empty();
    }
}
