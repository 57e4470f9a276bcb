package dev.thaw.wasm;

import java.time.Duration;

/**
 * What a module may be made of, so that reading and compiling it stays within bounds of time and memory. Beyond what toolchains
 * emit; where the specification's own appendix (implementation limitations) or browsers have a number, it is not above theirs.
 */
final class ModuleLimits {
    /** Bytes of a module, data segments included. */
    static final int MODULE_BYTES = 64 << 20;
    /** Of each of types, imports, exports, globals, data and element segments. */
    static final int DEFINITIONS = 100_000;
    static final int FUNCTIONS = 100_000;
    static final int TABLES = 100;
    static final int MEMORIES = 8;
    /** Slots of a method, of which the JVM allows 255 for parameters; more are passed in an array. */
    static final int PARAMETERS = 1_000;
    /** A JVM method has 65,535 slots, and its stack maps repeat them at each branch target: see {@link #LOCALS_TIMES_BRANCHES}. */
    static final int LOCALS = 10_000;
    /** Locals of all functions, which are lists while the module is compiled. */
    static final int LOCALS_OF_ALL = 2_000_000;
    /** Bytes of a name section that is read; of a larger one, traces show numbers. */
    static final int NAME_BYTES = 8 << 20;
    /** Locals and parameters of a function times its blocks and branches: work and memory of computing its stack maps. */
    static final long LOCALS_TIMES_BRANCHES = 20_000_000;
    /** The same of all functions together. */
    static final long LOCALS_TIMES_BRANCHES_OF_ALL = 300_000_000;
    /** Blocks within blocks. */
    static final int NESTING = 1_000;
    /** Labels of all branch tables of a function; 90,000 took 12 s to compile, more than in proportion. */
    static final int BRANCH_LABELS = 30_000;
    /** Labels of all functions. */
    static final int BRANCH_LABELS_OF_ALL = 400_000;
    /** Instructions of a function. The JVM takes 64 KiB of code; what is more is interpreted. */
    static final int FUNCTION_INSTRUCTIONS = 500_000;
    /** What an instruction takes while the module is compiled, measured with modules of a million: about 150 bytes. */
    private static final int BYTES_PER_CODE_BYTE = 160;
    /** Processor time of compiling a module, on the thread that does. */
    static final Duration COMPILE = Duration.ofSeconds(30);

    private ModuleLimits() {
    }

    /** Bytes of code: as many as a quarter of the heap can hold as instructions, at most 16 MiB. */
    static long codeBytes() {
        return Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_CODE_BYTE);
    }
}
