package dev.thaw.invoker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The WebAssembly runtime and what it stands on, as jars in a folder that guests see as /var/runtime. */
final class WasmRuntimeFiles {
    /** What of a class path's jars goes into the guest: the packages, and a class by which each is found. */
    private static final Map<String, String[]> JARS = Map.of(
            "thaw-wasm.jar", new String[] {"dev/thaw/wasm", "WasmCode.class"},
            "endive-wasm.jar", new String[] {"run/endive/wasm", "WasmModule.class"},
            "endive-runtime.jar", new String[] {"run/endive/runtime", "Instance.class"},
            "endive-compiler.jar", new String[] {"run/endive/compiler", "internal/Compiler.class"},
            "asm.jar", new String[] {"org/objectweb/asm", "ClassWriter.class"},
            "asm-commons.jar", new String[] {"org/objectweb/asm", "commons/InstructionAdapter.class"},
            "asm-tree.jar", new String[] {"org/objectweb/asm", "tree/ClassNode.class"},
            "asm-analysis.jar", new String[] {"org/objectweb/asm", "tree/analysis/Analyzer.class"},
            "asm-util.jar", new String[] {"org/objectweb/asm", "util/CheckClassAdapter.class"});

    private WasmRuntimeFiles() {}

    /** The folder, named by its content: another version of Thaw makes another one, and a snapshot's own stays as it is. */
    static Path install(Path dataFolder) throws IOException {
        Map<String, byte[]> jars = new LinkedHashMap<>();
        Fingerprint fingerprint = new Fingerprint();
        for (String name : JARS.keySet().stream().sorted().toList()) {
            byte[] jar = CarriedClasses.jar(JARS.get(name)[0], JARS.get(name)[1]);
            jars.put(name, jar);
            fingerprint.add(name).add(jar);
        }
        Path parent = OwnFolders.make(dataFolder.resolve("runtime"));
        Path folder = parent.resolve("wasm-" + fingerprint.hex().substring(0, 16));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path aside = OwnFolders.make(parent.resolve("new-" + UUID.randomUUID()));
        for (Map.Entry<String, byte[]> jar : jars.entrySet()) {
            Files.write(aside.resolve(jar.getKey()), jar.getValue());
        }
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }

    /** As a guest has it. */
    static String classPath(String runtimeRoot) {
        return JARS.keySet().stream().sorted().map(name -> runtimeRoot + "/" + name).collect(java.util.stream.Collectors.joining(":"));
    }
}
