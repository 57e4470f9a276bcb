package dev.thaw.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The files of the core test suite, as {@code core-suite.zip} beside this class has them: what {@code wast2json} (Debian's wabt
 * 1.0.32) makes of the {@code .wast} files of the official suite in test/spec of Debian's binaryen sources (108; of 120 where 108
 * has a syntax that wabt no longer takes), without those of 64-bit memories,
 * of vectors and of the syntax of before 1.0 (old_). Apache License 2.0.
 */
final class CoreSuite {
    private CoreSuite() {
    }

    /** All files by name. */
    static Map<String, byte[]> files() {
        try (InputStream resource = CoreSuite.class.getResourceAsStream("core-suite.zip");
                ZipInputStream zip = new ZipInputStream(resource)) {
            Map<String, byte[]> files = new TreeMap<>();
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
            return files;
        } catch (IOException e) {
            throw new IllegalStateException("core-suite.zip", e);
        }
    }

    /** The commands of a script. */
    static JsonNode commands(byte[] json) {
        try {
            return new ObjectMapper().readTree(json).get("commands");
        } catch (IOException e) {
            throw new IllegalStateException("a script of the suite", e);
        }
    }
}
