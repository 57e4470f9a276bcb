package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dev --once} from a folder to an HTTP answer, with the examples of this tree. */
class DevTest {
    @TempDir
    private Path folder;

    private static Typed once(Path function, String... more) {
        List<String> line = new ArrayList<>(List.of("dev", function.toString(), "--once", "--listen", "127.0.0.1:0"));
        line.addAll(List.of(more));
        return Typed.with(new byte[0], Map.of(), line.toArray(String[]::new));
    }

    private void copyExample(String name) throws IOException {
        try (var files = Files.list(Path.of("..", "examples", name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void theCExampleSaysThatItIsNotBuiltOrIsBuiltAndAnswers() throws Exception {
        Kvm.needed();
        copyExample("hello-c");
        Files.deleteIfExists(folder.resolve("hello"));
        Typed unbuilt = once(folder, "--no-build");
        assertEquals(1, unbuilt.status());
        assertTrue(unbuilt.err().contains("build it first: " + folder.resolve("build.sh")), unbuilt.err());
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "needs gcc");
        Typed built = once(folder);
        assertAll(
                () -> assertEquals(0, built.status(), built.err()),
                () -> assertTrue(built.out().contains("\"requests_seen\":1"), built.out()),
                () -> assertTrue(built.err().contains("HTTP 200"), built.err()));
    }

    @Test
    void thePythonExampleAnswers() throws Exception {
        Kvm.needed();
        copyExample("hello-python");
        Typed typed = once(folder);
        Assumptions.assumeFalse(typed.err().contains("no CPython from 3.11"), typed.err());
        assertEquals(0, typed.status(), typed.err());
        assertTrue(typed.out().contains("Hello, world!") && typed.out().contains("\"requests_seen\": 1"), typed.out());
    }

    @Test
    void theTextFormatExampleAnswersWithoutAVm() throws Exception {
        copyExample("hello-wat");
        Typed typed = once(folder);
        assertEquals(0, typed.status(), typed.err());
        assertTrue(typed.out().contains("Hello from WebAssembly"), typed.out());
    }

    @Test
    void aFunctionThatFailsToStartEndsItWithTheFunctionsError() throws Exception {
        Kvm.needed();
        copyExample("hello-python");
        Files.writeString(folder.resolve("app.py"), "raise ValueError('no table of stars')\n");
        Typed typed = once(folder);
        Assumptions.assumeFalse(typed.err().contains("no CPython from 3.11"), typed.err());
        assertEquals(1, typed.status());
        assertTrue(typed.err().contains("ValueError") && typed.err().contains("no table of stars"), typed.err());
    }
}
