package dev.thaw.wasm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/**
 * One module's classes in a loader of their own: unloaded with it, when the {@link WasmCode} and its instances are unreachable.
 * The JVM verifies each as it verifies any class.
 */
final class CodeLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> classes;

    private CodeLoader(Map<String, byte[]> classes) {
        super("wasm", CodeLoader.class.getClassLoader());
        this.classes = new ConcurrentHashMap<>(classes);
    }

    /** Defines the classes and returns what makes an instance's machine. @throws LinkageError when the JVM does not take one */
    static Function<Instance, Machine> load(CodeEntry entry) {
        CodeLoader loader = new CodeLoader(entry.classes());
        try {
            for (String name : entry.classes().keySet()) {
                // linked now, so that what the verifier says is said at deploy
                Class.forName(name, true, loader);
            }
            Class<?> main = loader.loadClass(entry.mainClass());
            var constructor = MethodHandles.publicLookup().findConstructor(main, MethodType.methodType(void.class, Instance.class));
            @SuppressWarnings("unchecked")
            Function<Instance, Machine> factory = MethodHandleProxies.asInterfaceInstance(Function.class, constructor);
            return factory;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("compiled code without its entry class", e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.remove(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
