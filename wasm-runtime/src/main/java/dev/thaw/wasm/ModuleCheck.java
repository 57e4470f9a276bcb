package dev.thaw.wasm;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/** What is valid WebAssembly, or passes Endive's validation, and yet is refused here: beyond a limit, or a proposal we do not run. */
final class ModuleCheck {
    /** Objects of the garbage-collection proposal live on the JVM's heap, where no limit of ours holds them. */
    private static final Set<OpCode> GARBAGE_COLLECTED = opcodes("STRUCT_", "ARRAY_", "I31_", "REF_I31", "REF_TEST", "CAST_TEST",
            "BR_ON_CAST", "ANY_CONVERT_EXTERN", "EXTERN_CONVERT_ANY", "REF_EQ");
    private static final Set<OpCode> VECTOR = opcodes("V128_", "I8x16_", "I16x8_", "I32x4_", "I64x2_", "F32x4_", "F64x2_");
    /** Endive's loop over tail calls does not look for an interruption: a function that calls itself so could not be stopped. */
    private static final Set<OpCode> TAIL_CALLS = opcodes("RETURN_CALL");
    private static final Set<OpCode> BRANCHES = EnumSet.of(OpCode.BLOCK, OpCode.LOOP, OpCode.IF, OpCode.ELSE, OpCode.TRY_TABLE,
            OpCode.BR, OpCode.BR_IF, OpCode.BR_TABLE, OpCode.BR_ON_NULL, OpCode.BR_ON_NON_NULL);

    private final WasmModule module;
    private long allWork;
    private long allLabels;

    private ModuleCheck(WasmModule module) {
        this.module = module;
    }

    private static Set<OpCode> opcodes(String... prefixes) {
        Set<OpCode> found = EnumSet.noneOf(OpCode.class);
        for (OpCode code : OpCode.values()) {
            for (String prefix : prefixes) {
                if (code.name().toUpperCase(Locale.ROOT).startsWith(prefix.toUpperCase(Locale.ROOT))) {
                    found.add(code);
                }
            }
        }
        return Set.copyOf(found);
    }

    static void check(WasmModule module) throws InvalidModuleException {
        ModuleCheck check = new ModuleCheck(module);
        check.counts();
        check.types();
        check.memories();
        check.exports();
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            check.function(i);
        }
    }

    private static void atMost(long limit, long count, String what) throws InvalidModuleException {
        if (count > limit) {
            throw new InvalidModuleException("the module has " + count + " " + what + "; at most " + limit + " are allowed");
        }
    }

    private void counts() throws InvalidModuleException {
        atMost(ModuleLimits.DEFINITIONS, module.typeSection().subTypeCount(), "types");
        atMost(ModuleLimits.DEFINITIONS, module.importSection().importCount(), "imports");
        atMost(ModuleLimits.DEFINITIONS, module.exportSection().exportCount(), "exports");
        atMost(ModuleLimits.DEFINITIONS, module.globalSection().globalCount(), "globals");
        atMost(ModuleLimits.DEFINITIONS, module.dataSection().dataSegmentCount(), "data segments");
        atMost(ModuleLimits.DEFINITIONS, module.elementSection().elementCount(), "element segments");
        atMost(ModuleLimits.FUNCTIONS, module.functionSection().functionCount(), "functions");
        atMost(ModuleLimits.TABLES, module.tableSection().tableCount(), "tables");
        long initializers = 0;
        for (int i = 0; i < module.elementSection().elementCount(); i++) {
            initializers += module.elementSection().getElement(i).elementCount();
        }
        atMost(WasmConfig.MAX_TABLE_ELEMENTS, initializers, "elements in its segments");
    }

    private void types() throws InvalidModuleException {
        for (int i = 0; i < module.typeSection().subTypeCount(); i++) {
            FunctionType type = module.typeSection().getSubType(i).compType().funcType();
            if (type == null) {
                throw new InvalidModuleException("type " + i + " is a struct or an array: garbage-collected types are not run here");
            }
            atMost(ModuleLimits.PARAMETERS, type.params().size(), "parameters in type " + i);
            atMost(ModuleLimits.PARAMETERS, type.returns().size(), "results in type " + i);
            values(type.params(), "type " + i);
            values(type.returns(), "type " + i);
        }
        for (int i = 0; i < module.globalSection().globalCount(); i++) {
            values(List.of(module.globalSection().getGlobal(i).valueType()), "global " + i);
        }
    }

    private static void values(List<ValType> types, String where) throws InvalidModuleException {
        for (ValType type : types) {
            if (type.equals(ValType.V128)) {
                throw vector(where);
            }
            if (type.isObjectRef() && !type.equals(ValType.ExternRef)) {
                throw new InvalidModuleException(where + " has a reference that is neither to a function nor external: not run here");
            }
        }
    }

    private static InvalidModuleException vector(String where) {
        return new InvalidModuleException(where + " uses vectors (SIMD), which the compiler does not know: build with -mno-simd128");
    }

    private void memories() throws InvalidModuleException {
        int count = module.memorySection().map(section -> section.memoryCount()).orElse(0);
        atMost(ModuleLimits.MEMORIES, count, "memories");
        for (int i = 0; i < count; i++) {
            MemoryLimits limits = module.memorySection().orElseThrow().getMemory(i).limits();
            if (limits.shared()) {
                throw new InvalidModuleException("memory " + i + " is shared: a module runs on one thread here; build without threads");
            }
        }
    }

    /** Endive says this only when it instantiates. */
    private void exports() throws InvalidModuleException {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (!names.add(export.name())) {
                throw new InvalidModuleException("duplicate export name " + Printable.name(export.name()));
            }
            int imported = module.importSection().count(export.exportType());
            int own = switch (export.exportType()) {
                case FUNCTION -> module.functionSection().functionCount();
                case TABLE -> module.tableSection().tableCount();
                case MEMORY -> module.memorySection().map(section -> section.memoryCount()).orElse(0);
                case GLOBAL -> module.globalSection().globalCount();
                case TAG -> module.tagSection().map(section -> section.tagCount()).orElse(0);
            };
            if (export.index() < 0 || export.index() >= imported + own) {
                throw new InvalidModuleException("unknown " + export.exportType().name().toLowerCase(Locale.ROOT) + " in export "
                        + Printable.name(export.name()));
            }
        }
    }

    private void function(int index) throws InvalidModuleException {
        FunctionBody body = module.codeSection().getFunctionBody(index);
        String where = "function " + (index + module.importSection().count(ExternalType.FUNCTION));
        int locals = body.localTypes().size();
        atMost(ModuleLimits.LOCALS, locals, "locals in " + where);
        atMost(ModuleLimits.FUNCTION_INSTRUCTIONS, body.instructions().size(), "instructions in " + where);
        values(body.localTypes(), where);
        long branches = 0;
        long labels = 0;
        int deepest = 0;
        for (var instruction : body.instructions()) {
            OpCode code = instruction.opcode();
            if (GARBAGE_COLLECTED.contains(code)) {
                throw new InvalidModuleException(where + " uses " + code.name().toLowerCase(Locale.ROOT)
                        + ": garbage-collected objects are not run here");
            }
            if (TAIL_CALLS.contains(code)) {
                throw new InvalidModuleException(where + " uses " + code.name().toLowerCase(Locale.ROOT)
                        + ": tail calls are not run here; build with -mno-tail-call");
            }
            if (VECTOR.contains(code)) {
                throw vector(where);
            }
            if (BRANCHES.contains(code)) {
                branches++;
                labels += code == OpCode.BR_TABLE ? instruction.operands().length : 0;
                deepest = Math.max(deepest, instruction.depth());
            }
        }
        FunctionType type = module.typeSection().getType(module.functionSection().getFunctionType(index));
        atMost(ModuleLimits.NESTING, deepest, "levels of blocks in " + where);
        atMost(ModuleLimits.BRANCH_LABELS, labels, "labels of branch tables in " + where);
        long work = (locals + type.params().size() + 8L) * (branches + labels);
        atMost(ModuleLimits.LOCALS_TIMES_BRANCHES, work, "branches times locals in " + where);
        allWork += work;
        allLabels += labels;
        atMost(ModuleLimits.LOCALS_TIMES_BRANCHES_OF_ALL, allWork, "branches times locals in all functions");
        atMost(ModuleLimits.BRANCH_LABELS_OF_ALL, allLabels, "labels of branch tables in all functions");
    }
}
