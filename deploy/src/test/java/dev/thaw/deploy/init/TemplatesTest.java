package dev.thaw.deploy.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every template, as it is written, deploys to a real server and answers. */
@Timeout(900)
class TemplatesTest {
    @TempDir
    private static Path data;
    private static ServerProcess server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(data.resolve("data"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.close();
    }

    private static Typed thaw(String... arguments) {
        return Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), arguments);
    }

    private static void needs(String... programs) {
        for (String program : programs) {
            Assumptions.assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                    "needs " + program);
        }
    }

    private static void toolchain(Template template) {
        switch (template) {
            case PYTHON -> needs("python3");
            case NODE -> needs("node");
            case JAVA -> needs("mvn");
            case GO -> needs("go");
            case C -> needs("make", "cc");
            case WASI -> {
                needs("make", "clang", "wasm-ld");
                Assumptions.assumeTrue(Files.isDirectory(Path.of("/usr/include/wasm32-wasi")), "needs wasi-libc");
            }
        }
        if (template != Template.WASI) {
            Kvm.needed();
        }
    }

    @ParameterizedTest
    @EnumSource(Template.class)
    void deploysUnchangedAnswersAndIsThenUnchanged(Template template) throws IOException {
        toolchain(template);
        Path project = folder.resolve("my-" + template.label());
        Typed written = thaw("init", template.label(), project.toString());
        assertEquals(0, written.status(), written.err());
        assertEquals("thaw deploy " + project + "\n", written.out());
        List<String> sources = files(project);
        Typed deployed = thaw("deploy", project.toString());
        Assumptions.assumeFalse(deployed.err().contains("Could not transfer") || deployed.err().contains("Unknown host"), "no Maven Central");
        Assumptions.assumeFalse(deployed.err().contains("no CPython from 3.11") || deployed.err().contains("no Node.js from 20"), deployed.err());
        assertEquals(0, deployed.status(), deployed.err());
        assertTrue(deployed.err().contains("deployed my-" + template.label() + " version 1"), deployed.err());
        assertTrue(!deployed.err().contains("warning"), deployed.err());
        Typed invoked = thaw("invoke", "my-" + template.label(), "-d", "@" + project.resolve("test-event.json"));
        assertEquals(0, invoked.status(), invoked.err());
        assertTrue(invoked.out().contains("Hello"), invoked.out());
        assertTrue(switch (template) {
            case C, WASI -> invoked.out().contains("\"event_bytes\"");
            case PYTHON, NODE, JAVA, GO -> invoked.out().contains("Hello, Ada!");
        }, invoked.out());
        Typed again = thaw("deploy", project.toString());
        assertEquals(0, again.status(), again.err());
        assertTrue(again.err().contains("is version 1 already"), again.err());
        assertTrue(files(project).containsAll(sources));
    }

    private static List<String> files(Path project) throws IOException {
        try (Stream<Path> all = Files.walk(project)) {
            return all.filter(Files::isRegularFile).map(file -> project.relativize(file).toString()).sorted().toList();
        }
    }

    @Test
    void namesWhatItWouldOverwriteAndWritesNothing() throws IOException {
        Files.writeString(folder.resolve("app.py"), "mine");
        Typed refused = thaw("init", "python", folder.toString(), "--force");
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("has app.py already"), refused.err());
        assertEquals(List.of("app.py"), files(folder));
        assertEquals("mine", Files.readString(folder.resolve("app.py")));
    }

    @Test
    void refusesAFolderThatIsNotEmptyUnlessTold() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "");
        Typed refused = thaw("init", "go", folder.toString());
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("is not empty") && refused.err().contains("--force"), refused.err());
        assertEquals(0, thaw("init", "go", folder.toString(), "--force", "--name", "greeter").status());
        assertTrue(Files.readString(folder.resolve("function.yaml")).startsWith("name: greeter\n"));
        assertTrue(Files.readString(folder.resolve("README.md")).contains("thaw invoke greeter"));
    }

    @Test
    void listsThemAllAndSaysWhatItTakes() {
        String list = thaw("init", "--list").out();
        for (Template template : Template.values()) {
            assertTrue(list.contains(template.label()), list);
        }
        assertEquals(2, thaw("init").status());
        Typed unknown = thaw("init", "cobol", folder.resolve("x").toString());
        assertEquals(2, unknown.status());
        assertTrue(unknown.err().contains("python, node, java, go, c, wasi"), unknown.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "", "a b"})
    void refusesNamesThatNoFunctionHas(String name) {
        Typed refused = thaw("init", "c", folder.resolve("x").toString(), "--name", name);
        assertEquals(2, refused.status());
        assertTrue(refused.err().contains("is not a function's name"), refused.err());
    }
}
