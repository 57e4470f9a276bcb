package dev.thaw.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.endive.runtime.CallResult;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportGlobal;
import run.endive.runtime.ImportMemory;
import run.endive.runtime.ImportTable;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.ValType;

/** One script of the core suite, run with the modules compiled, and their memories and tables made, as for a function. */
final class CoreScript {
    private final Map<String, byte[]> files;
    private final Map<String, Instance> named = new HashMap<>();
    private final Map<String, Instance> registered = new HashMap<>();
    private final ImportValues spectest = spectest();
    private final List<String> failures = new ArrayList<>();
    private Instance last;
    private int passed;

    CoreScript(Map<String, byte[]> files) {
        this.files = files;
    }

    int passed() {
        return passed;
    }

    /** {@code line: what}, an assertion each. */
    List<String> failures() {
        return failures;
    }

    void run(String script) {
        for (JsonNode command : CoreSuite.commands(files.get(script))) {
            String type = command.get("type").asText();
            try {
                if (type.equals("assert_malformed") && command.get("module_type").asText().equals("text")) {
                    // a text that is no module never becomes a binary
                    continue;
                }
                Optional<String> failure = one(type, command);
                if (failure.isEmpty()) {
                    passed++;
                } else {
                    failures.add(command.get("line").asInt() + ": " + type + ": " + failure.get());
                }
            } catch (RuntimeException | StackOverflowError | InvalidModuleException e) {
                failures.add(command.get("line").asInt() + ": " + type + ": " + e);
            }
        }
    }

    private Optional<String> one(String type, JsonNode command) throws InvalidModuleException {
        return switch (type) {
            case "module" -> {
                last = instantiate(bytes(command));
                if (command.has("name")) {
                    named.put(command.get("name").asText(), last);
                }
                yield Optional.empty();
            }
            case "register" -> {
                registered.put(command.get("as").asText(), instance(command.path("name")));
                yield Optional.empty();
            }
            case "action" -> {
                act(command.get("action"));
                yield Optional.empty();
            }
            case "assert_return" -> expect(act(command.get("action")), command.get("expected"));
            case "assert_trap" -> ends(() -> act(command.get("action")), RuntimeException.class);
            case "assert_exhaustion" -> ends(() -> act(command.get("action")), StackOverflowError.class);
            case "assert_invalid", "assert_malformed" -> {
                try {
                    WasmCode.compile(bytes(command), CodeCache.none());
                    yield Optional.of("was compiled: " + command.get("text").asText());
                } catch (InvalidModuleException e) {
                    yield Optional.empty();
                }
            }
            case "assert_unlinkable", "assert_uninstantiable" -> ends(() -> {
                try {
                    instantiate(bytes(command));
                } catch (InvalidModuleException e) {
                    throw new WasmTrap(e.getMessage());
                }
            }, RuntimeException.class);
            default -> Optional.of("no such command");
        };
    }

    private byte[] bytes(JsonNode command) {
        return files.get(command.get("filename").asText());
    }

    private Instance instance(JsonNode name) {
        return name.isMissingNode() ? last : named.get(name.asText());
    }

    private static Optional<String> ends(Runnable action, Class<? extends Throwable> how) {
        try {
            action.run();
            return Optional.of("returned");
        } catch (WasmEngineException e) {
            boolean stack = e.getCause() instanceof StackOverflowError;
            return stack == (how == StackOverflowError.class) ? Optional.empty() : Optional.of("ended with " + e);
        } catch (WasmTrap | WasmLimitException | ArithmeticException e) {
            return how == RuntimeException.class ? Optional.empty() : Optional.of("ended with " + e);
        } catch (StackOverflowError e) {
            return how == StackOverflowError.class ? Optional.empty() : Optional.of("ended with " + e);
        }
    }

    private Instance instantiate(byte[] module) throws InvalidModuleException {
        WasmCode code = WasmCode.compile(module, CodeCache.none());
        PageBudget pages = new PageBudget(WasmConfig.MAX_MEMORY_PAGES);
        TableBudget elements = new TableBudget(WasmConfig.MAX_TABLE_ELEMENTS);
        return Instance.builder(code.module())
                .withImportValues(imports(code))
                .withMachineFactory(code.machines())
                .withMemoryFactory(limits -> code.memories().make(limits, pages))
                .withTableFactory((table, initial) -> new BoundedTable(table, initial, (int) table.limits().min(), elements))
                .withStart(false)
                .build();
    }

    private ImportValues imports(WasmCode code) {
        List<ImportFunction> functions = new ArrayList<>(List.of(spectest.functions()));
        List<ImportGlobal> globals = new ArrayList<>(List.of(spectest.globals()));
        List<ImportMemory> memories = new ArrayList<>(List.of(spectest.memories()));
        List<ImportTable> tables = new ArrayList<>(List.of(spectest.tables()));
        registered.forEach((module, instance) -> {
            for (int i = 0; i < instance.module().exportSection().exportCount(); i++) {
                Export export = instance.module().exportSection().getExport(i);
                String name = export.name();
                switch (export.exportType()) {
                    case FUNCTION -> functions.add(ImportFunction.exportAsImport(module, name, instance, name));
                    case GLOBAL -> globals.add(new ImportGlobal(module, name, instance.exports().global(name)));
                    case MEMORY -> memories.add(new ImportMemory(module, name, instance.exports().memory(name)));
                    case TABLE -> tables.add(new ImportTable(module, name, instance.exports().table(name)));
                    case TAG -> throw new IllegalStateException("no script of ours exports a tag");
                }
            }
        });
        return ImportValues.builder()
                .addFunction(functions.toArray(ImportFunction[]::new))
                .addGlobal(globals.toArray(ImportGlobal[]::new))
                .addMemory(memories.toArray(ImportMemory[]::new))
                .addTable(tables.toArray(ImportTable[]::new))
                .build();
    }

    /** The module "spectest" that the suite's scripts import. Source: WebAssembly/spec, interpreter/README.md, spectest host module. */
    private static ImportValues spectest() {
        List<ImportFunction> functions = new ArrayList<>();
        Map.of("print", List.<ValType>of(), "print_i32", List.of(ValType.I32), "print_i64", List.of(ValType.I64),
                "print_f32", List.of(ValType.F32), "print_f64", List.of(ValType.F64),
                "print_i32_f32", List.of(ValType.I32, ValType.F32), "print_f64_f64", List.of(ValType.F64, ValType.F64))
                .forEach((name, parameters) -> functions.add(new ImportFunction("spectest", name,
                        FunctionType.of(parameters, List.of()), (instance, arguments) -> new long[0])));
        return ImportValues.builder()
                .addFunction(functions.toArray(ImportFunction[]::new))
                .addGlobal(global("global_i32", ValType.I32, 666), global("global_i64", ValType.I64, 666),
                        global("global_f32", ValType.F32, Float.floatToRawIntBits(666.6f)),
                        global("global_f64", ValType.F64, Double.doubleToRawLongBits(666.6)))
                .addMemory(new ImportMemory("spectest", "memory", new PagedMemory(new MemoryLimits(1, 2), new PageBudget(2))))
                .addTable(new ImportTable("spectest", "table",
                        new TableInstance(new Table(ValType.FuncRef, new TableLimits(10, 20)), -1)))
                .build();
    }

    private static ImportGlobal global(String name, ValType type, long bits) {
        return new ImportGlobal("spectest", name, GlobalInstance.builder()
                .valueLow(bits).valType(type).mutabilityType(MutabilityType.Const).build());
    }

    private List<Object> act(JsonNode action) {
        Instance instance = instance(action.path("module"));
        String field = action.get("field").asText();
        if (action.get("type").asText().equals("get")) {
            GlobalInstance global = instance.exports().global(field);
            return List.of(global.getValueLow());
        }
        List<Long> arguments = new ArrayList<>();
        List<Object> references = new ArrayList<>();
        action.get("args").forEach(value -> {
            arguments.add(CoreValue.bits(value));
            references.add(CoreValue.reference(value).orElse(null));
        });
        CallResult result = instance.export(field).applyWithRefs(
                arguments.stream().mapToLong(Long::longValue).toArray(), references.toArray());
        List<Object> values = new ArrayList<>();
        List<ValType> types = instance.exportType(field).returns();
        for (int i = 0; i < types.size(); i++) {
            values.add(types.get(i).equals(ValType.ExternRef) ? Optional.ofNullable(result.refResult(i)) : (Object) result.longResult(i));
        }
        return values;
    }

    private static Optional<String> expect(List<Object> results, JsonNode expected) {
        if (results.size() != expected.size()) {
            return Optional.of(results.size() + " results");
        }
        for (int i = 0; i < results.size(); i++) {
            if (!CoreValue.matches(results.get(i), expected.get(i))) {
                return Optional.of(results.get(i) + " instead of " + expected.get(i));
            }
        }
        return Optional.empty();
    }
}
