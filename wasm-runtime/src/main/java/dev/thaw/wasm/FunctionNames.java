package dev.thaw.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.NameCustomSection;

/** What a module's functions are called, and which of them a Java stack trace shows. Immutable. */
final class FunctionNames {
    private static final int MOST_FRAMES = 64;
    private static final int LONGEST_NAME = 200;
    /** How Endive's compiler names the method of a function: func_ and its index. */
    private static final String METHOD = "func_";

    private final Optional<NameCustomSection> names;

    FunctionNames(WasmModule module) {
        this.names = Optional.ofNullable(module.nameSection());
    }

    /** The name section's name, cut and freed of control characters (the module chose it), or {@code func[12]}. */
    String name(int function) {
        return names.map(section -> section.nameOfFunction(function))
                .map(name -> name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("\\p{Cntrl}", "?"))
                .filter(name -> !name.isEmpty())
                .orElse("func[" + function + "]");
    }

    /** The module's functions in a trace, innermost first, at most {@value #MOST_FRAMES}. */
    List<String> backtrace(Throwable failure) {
        List<String> frames = new ArrayList<>();
        for (StackTraceElement element : failure.getStackTrace()) {
            String method = element.getMethodName();
            if (element.getClassName().startsWith(ModuleCompiler.CLASS_NAME) && method.startsWith(METHOD)) {
                frames.add(name(Integer.parseInt(method, METHOD.length(), method.length(), 10)));
                if (frames.size() == MOST_FRAMES) {
                    break;
                }
            }
        }
        return frames;
    }
}
