package dev.thaw.wasm;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.Compiler;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;

/** From a validated module to loaded classes, through the cache. */
final class ModuleCompiler {
    private static final System.Logger LOG = System.getLogger(ModuleCompiler.class.getName());
    /** Binary name of the class that stands for the module; the others' names begin with it. */
    static final String CLASS_NAME = "dev.thaw.wasm.generated.Module";
    /** Changes whenever the classes of the same module change: with Endive's version or with what we do to its output. */
    static final String COMPILER = "endive 1.0.0, thaw 2";

    /** Between two classes the compiler's time is looked at. */
    private static final int FUNCTIONS_A_CLASS = 128;

    private ModuleCompiler() {
    }

    /**
     * Loaded code.
     *
     * @param machines    makes the machine of an instance
     * @param interpreted functions too large for a JVM method, by index among the module's own: their bodies are still needed
     */
    record Compiled(Function<Instance, Machine> machines, Set<Integer> interpreted) {
    }

    static Compiled compiled(WasmModule module, String digest, CodeCache cache) throws InvalidModuleException {
        String key = CodeEntry.hex((digest + " " + COMPILER).getBytes(StandardCharsets.US_ASCII));
        Optional<CodeEntry> cached = cache.get(key).flatMap(entry -> CodeEntry.read(entry, key));
        if (cached.isPresent()) {
            try {
                return new Compiled(CodeLoader.load(cached.get()), cached.get().interpreted());
            } catch (LinkageError e) {
                LOG.log(System.Logger.Level.WARNING, "cached code of module {0} does not load, compiling it anew: {1}", digest, e.toString());
            }
        }
        CodeEntry compiled = compile(module);
        try {
            Function<Instance, Machine> machines = CodeLoader.load(compiled);
            cache.put(key, compiled.write(key));
            return new Compiled(machines, compiled.interpreted());
        } catch (LinkageError e) {
            throw new InvalidModuleException("the module cannot be compiled: the JVM refuses its code: " + e.getMessage(), e);
        }
    }

    private static CodeEntry compile(WasmModule module) throws InvalidModuleException {
        CompileBudget budget = new CompileBudget(ModuleLimits.COMPILE);
        try {
            var result = Compiler.builder(module)
                    .withClassName(CLASS_NAME)
                    .withInterpreterFallback(InterpreterFallback.SILENT)
                    .withMaxFunctionsPerClass(FUNCTIONS_A_CLASS)
                    .withClassCollectorFactory(budget::collector)
                    .build()
                    .compile();
            // Endive names some of them as in class files
            Map<String, byte[]> classes = new TreeMap<>();
            result.classBytes().forEach((name, bytes) -> classes.put(name.replace('/', '.'), bytes));
            classes.compute(CLASS_NAME + "Shaded", (name, bytes) -> SupportCode.amend(bytes));
            int imported = module.importSection().count(ExternalType.FUNCTION);
            return new CodeEntry(CLASS_NAME, classes,
                    result.interpretedFunctions().stream().map(function -> function - imported).collect(Collectors.toSet()));
        } catch (WasmLimitException e) {
            throw new InvalidModuleException("the module cannot be compiled: it takes more than " + ModuleLimits.COMPILE.toSeconds() + " s", e);
        } catch (WasmEngineException e) {
            throw new InvalidModuleException("the module cannot be compiled: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new InvalidModuleException("the module cannot be compiled: nested too deeply", e);
        } catch (OutOfMemoryError e) {
            throw new InvalidModuleException("the module cannot be compiled: it takes more memory than the server has", e);
        } catch (RuntimeException | AssertionError e) {
            LOG.log(System.Logger.Level.DEBUG, "the compiler failed on a module", e);
            throw new InvalidModuleException("the module cannot be compiled: the compiler does not know what to do with it: " + e, e);
        }
    }
}
