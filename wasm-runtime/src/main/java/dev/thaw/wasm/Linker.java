package dev.thaw.wasm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.ValType;

/** Gives a module's imports the host's functions, and says which it cannot have. */
final class Linker {
    private static final long[] NOTHING = {};

    private Linker() {
    }

    /** @throws InvalidModuleException naming an import that the host does not offer, or offers with another type */
    static void check(WasmModule module, Host<?> host) throws InvalidModuleException {
        Map<String, FunctionType> offered = new HashMap<>();
        host.functions().forEach(function -> offered.put(function.module() + " " + function.name(), type(function)));
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import wanted = module.importSection().getImport(i);
            String name = Printable.name(wanted.module()) + "." + Printable.name(wanted.name());
            if (!(wanted instanceof FunctionImport function)) {
                throw new InvalidModuleException("the module imports " + name + ", a " + wanted.importType().name().toLowerCase(Locale.ROOT)
                        + "; only functions can be imported");
            }
            FunctionType type = offered.get(wanted.module() + " " + wanted.name());
            if (type == null) {
                throw new InvalidModuleException("the module imports the function " + name + ", which is not offered");
            }
            if (!type.equals(module.typeSection().getType(function.typeIndex()))) {
                throw new InvalidModuleException("the module imports the function " + name + " with another type than it has");
            }
        }
    }

    /** The imports of one instance. They were checked. */
    static <S extends HostCall> ImportValues imports(WasmModule module, Host<S> host, LiveInstance instance) {
        Map<String, HostFunction<S>> offered = new HashMap<>();
        host.functions().forEach(function -> offered.put(function.module() + " " + function.name(), function));
        List<ImportFunction> functions = new ArrayList<>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import wanted = module.importSection().getImport(i);
            HostFunction<S> function = offered.get(wanted.module() + " " + wanted.name());
            HostFunction.Body<S> body = function.body();
            boolean answers = function.result().isPresent();
            functions.add(new ImportFunction(function.module(), function.name(), type(function), (ignored, arguments) -> {
                StackReserve.check();
                // the instance serves calls of this host only: its state is an S
                @SuppressWarnings("unchecked")
                S state = (S) instance.host();
                long result = body.call(state, instance.memory(), arguments);
                return answers ? new long[] {result} : NOTHING;
            }));
        }
        return ImportValues.builder().addFunction(functions.toArray(ImportFunction[]::new)).build();
    }

    private static FunctionType type(HostFunction<?> function) {
        return FunctionType.of(function.parameters().stream().map(Linker::type).toList(),
                function.result().map(Linker::type).stream().toList());
    }

    private static ValType type(HostFunction.ValueType type) {
        return switch (type) {
            case I32 -> ValType.I32;
            case I64 -> ValType.I64;
            case F32 -> ValType.F32;
            case F64 -> ValType.F64;
        };
    }
}
