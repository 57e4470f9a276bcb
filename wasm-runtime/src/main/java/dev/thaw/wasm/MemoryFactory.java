package dev.thaw.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import run.endive.wasm.types.MemoryLimits;

/**
 * Makes the memories of one module's instances, of a class of the module's own: {@link PagedMemory} once more, hidden (JEP 371), unloaded
 * with the module. HotSpot keeps with a method what it has seen it do, for all who call it, and compiles the callers by that. Were the class
 * one for all, each access of a module that computes in one array would be compiled for frames, too, because another module's short
 * requests run in frames: two to three times slower (package-info has the numbers).
 */
final class MemoryFactory {
    private static final byte[] CLASS_FILE = classFile();

    private final MethodHandle constructor;

    private MemoryFactory(MethodHandle constructor) {
        this.constructor = constructor;
    }

    static MemoryFactory ofOneModule() {
        try {
            MethodHandles.Lookup own = MethodHandles.lookup().defineHiddenClass(CLASS_FILE, true);
            MethodType type = MethodType.methodType(void.class, MemoryLimits.class, PageBudget.class, byte[][].class);
            return new MemoryFactory(own.findConstructor(own.lookupClass(), type).asType(type.changeReturnType(CowMemory.class)));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the class of memories cannot be defined once more", e);
        }
    }

    /** A memory of zeros, as a module declares it. */
    CowMemory make(MemoryLimits limits, PageBudget budget) {
        return make(limits, budget, CowMemory.zeros(limits.initialPages()));
    }

    /** A memory over an image; {@code image} is shared and never written. @throws WasmLimitException when the budget has no room for it */
    CowMemory make(MemoryLimits limits, PageBudget budget, byte[][] image) {
        try {
            return (CowMemory) constructor.invokeExact(limits, budget, image);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("a memory's constructor throws what it does not declare", e);
        }
    }

    private static byte[] classFile() {
        try (InputStream in = PagedMemory.class.getResourceAsStream(PagedMemory.class.getSimpleName() + ".class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the class file of memories cannot be read", e);
        }
    }
}
