package dev.thaw.wasm;

import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.NameCustomSection;

/** Parses and validates a module, and says in words what is refused. */
final class ModuleReader {
    /** "\0asm". Source: WebAssembly core specification, binary format, modules. */
    private static final int MAGIC = 0x6d73_6100;

    private ModuleReader() {
    }

    /** A valid module without custom sections, and the names that it had. */
    record Read(WasmModule module, FunctionNames names) {
    }

    static Read read(byte[] module) throws InvalidModuleException {
        if (module.length > ModuleLimits.MODULE_BYTES) {
            throw new InvalidModuleException("the module has " + module.length + " bytes; at most " + ModuleLimits.MODULE_BYTES + " are allowed");
        }
        if (module.length < 8 || little32(module, 0) != MAGIC) {
            throw new InvalidModuleException("not a WebAssembly binary: it does not begin with \\0asm");
        }
        switch (little32(module, 4)) {
            case 1 -> { }
            // layer 1 in the upper half. Source: component model, Binary.md
            case 0x0001_000d -> throw new InvalidModuleException(Components.refusal(module));
            default -> throw new InvalidModuleException("WebAssembly binary version " + little32(module, 4) + "; only 1 is known");
        }
        SectionSizes.check(module);
        try {
            AtomicReference<byte[]> names = new AtomicReference<>(new byte[0]);
            WasmModule parsed = Parser.builder().withCustomParsers(Map.of("name", section -> {
                names.set(section.length > ModuleLimits.NAME_BYTES ? new byte[0] : section);
                return NameCustomSection.parse(new byte[0]);
            })).build().parse(() -> new ByteArrayInputStream(module));
            ModuleCheck.check(parsed);
            return new Read(parsed, new FunctionNames(names.get()));
        } catch (WasmEngineException e) {
            String complaint = String.valueOf(e.getMessage());
            throw new InvalidModuleException("invalid module: "
                    + Proposals.of(complaint).map(proposal -> "it uses " + proposal).orElse(complaint), e);
        } catch (StackOverflowError e) {
            throw new InvalidModuleException("invalid module: nested too deeply", e);
        } catch (OutOfMemoryError e) {
            // Endive makes room for as many entries as a count says before it looks whether they are there
            throw new InvalidModuleException("malformed module: it counts more entries of something than there is memory for", e);
        } catch (RuntimeException | AssertionError e) {
            throw new InvalidModuleException("malformed module: " + e, e);
        }
    }

    private static int little32(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | (bytes[at + 3] & 0xff) << 24;
    }
}
