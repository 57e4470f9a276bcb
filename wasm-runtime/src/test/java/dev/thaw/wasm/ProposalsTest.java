package dev.thaw.wasm;

import static dev.thaw.wasm.ModuleBytes.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not run here is refused with its name, whether Endive knows it or not. */
class ProposalsTest {
    private static final int[] NONE = {};

    private static String refusal(byte[] module) {
        return assertThrows(InvalidModuleException.class, () -> WasmCode.compile(module, CodeCache.none())).getMessage();
    }

    /** Code of a function without parameters, locals and results. */
    @ParameterizedTest
    @CsvSource({
        "fd0c000000000000000000000000000000001a, SIMD",
        "1200, tail calls",
        "0640070019000b, exceptions of the older kind",
        "4100fb1c1a, garbage-collected",
        "4200420042004200fc131a1a, wide arithmetic",
        "e0001a, stack switching"})
    void instructionsOfWhatIsNotRunAreNamed(String hex, String name) {
        String refusal = refusal(new ModuleBytes().function("_start", NONE, NONE, 0, HexFormat.of().parseHex(hex)).build());
        assertTrue(refusal.contains(name), refusal);
    }

    /** A module with a memory of such limits: section 5, one memory, its flags and what follows them. */
    @ParameterizedTest
    @CsvSource({"030101, is shared", "0401, memory64", "050102, memory64", "080100, custom page sizes"})
    void memoriesOfWhatIsNotRunAreNamed(String limits, String name) {
        byte[] memory = HexFormat.of().parseHex(limits);
        String refusal = refusal(code(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}, 5, memory.length + 1, 1, memory));
        assertTrue(refusal.startsWith("memory 0 ") && refusal.contains(name), refusal);
    }

    @Test
    void whatIsNoProposalIsTheParsersComplaint() {
        String refusal = refusal(new ModuleBytes().function("_start", NONE, NONE, 0, 0xff).build());
        assertEquals("invalid module: ", refusal.substring(0, 16));
        assertTrue(!refusal.contains("it uses"), refusal);
    }
}
