package dev.thaw.wasm;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * A module, validated and compiled to JVM classes. Immutable, shared by threads and images; its classes are unloaded when it and
 * its images are unreachable.
 */
public final class WasmCode {
    private final String digest;
    private final WasmModule module;
    private final Function<Instance, Machine> machines;
    private final MemoryFactory memories;
    private final Map<String, Integer> functions;
    private final FunctionNames names;

    private WasmCode(String digest, WasmModule module, FunctionNames names, Function<Instance, Machine> machines) throws InvalidModuleException {
        this.digest = digest;
        this.module = module;
        this.machines = machines;
        this.memories = MemoryFactory.ofOneModule();
        this.functions = exported(module);
        this.names = names;
    }

    /**
     * Validates and compiles; takes the classes from {@code cache} when it has them whole, and puts them there otherwise.
     *
     * @param module a WebAssembly 1.0-version binary (core module), hostile
     * @throws InvalidModuleException when it is none, is beyond {@link ModuleLimits}, or uses what is refused
     */
    public static WasmCode compile(byte[] module, CodeCache cache) throws InvalidModuleException {
        ModuleReader.Read read = ModuleReader.read(module);
        String digest = CodeEntry.hex(module);
        ModuleCompiler.Compiled compiled = ModuleCompiler.compiled(read.module(), digest, cache);
        return new WasmCode(digest, ThawModule.withoutBodies(read.module(), compiled.interpreted()), read.names(), compiled.machines());
    }

    /**
     * Validates and does not compile: what it runs is interpreted, some hundred times slower. For comparisons.
     *
     * @throws InvalidModuleException as {@link #compile}
     */
    public static WasmCode interpreted(byte[] module) throws InvalidModuleException {
        ModuleReader.Read read = ModuleReader.read(module);
        return new WasmCode(CodeEntry.hex(module), read.module(), read.names(), InterpreterMachine::new);
    }

    /** SHA-256 of the module's bytes, lower-case hexadecimal. */
    public String digest() {
        return digest;
    }

    /** Parameters and results of an exported function, as in {@code (i32, i32) -> (i32)}; empty when there is none of that name. */
    public Optional<String> signature(String function) {
        return Optional.ofNullable(functions.get(function)).map(index -> {
            FunctionType type = module.typeSection().getType(typeOf(index));
            return list(type.params()) + " -> " + list(type.returns());
        });
    }

    private static String list(List<ValType> types) {
        return types.stream().map(type -> type.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private int typeOf(int function) {
        int imported = module.importSection().count(ExternalType.FUNCTION);
        if (function >= imported) {
            return module.functionSection().getFunctionType(function - imported);
        }
        return module.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .skip(function)
                .findFirst().orElseThrow().typeIndex();
    }

    /** Endive does not look whether what is exported is there. */
    private static Map<String, Integer> exported(WasmModule module) throws InvalidModuleException {
        Map<String, Integer> functions = new HashMap<>();
        int count = module.importSection().count(ExternalType.FUNCTION) + module.functionSection().functionCount();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.exportType() == ExternalType.FUNCTION) {
                if (export.index() < 0 || export.index() >= count) {
                    throw new InvalidModuleException("the export " + Printable.name(export.name()) + " is function " + export.index()
                            + ", and the module has " + count);
                }
                functions.put(export.name(), export.index());
            }
        }
        return Map.copyOf(functions);
    }

    WasmModule module() {
        return module;
    }

    Function<Instance, Machine> machines() {
        return machines;
    }

    MemoryFactory memories() {
        return memories;
    }

    Map<String, Integer> functions() {
        return functions;
    }

    FunctionNames names() {
        return names;
    }
}
