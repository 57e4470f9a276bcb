package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, as they lie in the tree, in real VMs: each request meets the same beginning. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();

    @TempDir Path folder;
    private Functions functions;

    @BeforeEach
    void open() throws Exception {
        functions = new Functions(folder);
    }

    @AfterEach
    void close() {
        if (functions != null) {
            functions.close();
        }
    }

    private static FunctionVersion example(String name) throws IOException, ManifestException {
        Path home = EXAMPLES.resolve(name);
        return new FunctionVersion(FunctionManifest.parse(Files.readAllBytes(home.resolve("function.yaml"))), 1, home);
    }

    private void greets(FunctionVersion version) throws Exception {
        try {
            functions.invoker.prepare(version);
        } catch (PrepareException e) {
            assumeTrue(e.kind() != PrepareException.Kind.NO_RUNTIME, e.getMessage());
            throw e;
        }
        String event = Files.readString(version.packageFolder().resolve("test-event.json"));
        for (int i = 0; i < 5; i++) {
            String answer = functions.answer(version, event).replaceAll("[\\\\ ]", "");
            assertTrue(answer.contains("\"message\":\"Hello,Ada!\",\"requests_seen\":1,"), answer);
        }
    }

    @Test
    void helloNodeGreets() throws Exception {
        greets(example("hello-node"));
    }

    @Test
    void helloHttpGreets() throws Exception {
        greets(example("hello-http"));
    }

    @Test
    void helloGoGreets() throws Exception {
        Process build;
        try {
            build = new ProcessBuilder(EXAMPLES.resolve("hello-go/build.sh").toString()).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "needs bash: " + e.getMessage());
            throw e;
        }
        String said = new String(build.getInputStream().readAllBytes());
        int status = build.waitFor();
        assumeTrue(status == 0 || !said.contains("Go is needed"), said);
        assertEquals(0, status, said);
        greets(example("hello-go"));
    }
}
