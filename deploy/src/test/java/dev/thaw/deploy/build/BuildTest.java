package dev.thaw.deploy.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Terminal;
import dev.thaw.deploy.pack.FunctionFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {
    private static final Terminal SILENT = Terminal.of(new ByteArrayInputStream(new byte[0]), new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream()), Map.of());

    @TempDir
    private Path folder;

    private Build build(String manifest) throws Exception {
        Files.writeString(folder.resolve("function.yaml"), manifest);
        Files.setLastModifiedTime(folder.resolve("function.yaml"), FileTime.fromMillis(1_000));
        return Build.of(FunctionFolder.read(folder)).orElseThrow();
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), text);
        Files.setLastModifiedTime(folder.resolve(file), FileTime.fromMillis(1_000));
    }

    private static List<String> lines(Build build) {
        return build.steps().stream().map(BuildStep::text).toList();
    }

    @Test
    void theManifestsBuildComesFirstAndItsOutputIsShownWhenItFails() throws Exception {
        write("Makefile", "");
        Build build = build("name: f\nruntime: stdio\ncommand: ./f\nbuild: [sh, -c, \"echo it is missing; exit 3\"]\n");
        Failure failed = assertThrows(Failure.class, () -> build.run(SILENT));
        assertTrue(failed.getMessage().contains("`sh -c 'echo it is missing; exit 3'`") && failed.getMessage().contains("status 3")
                && failed.getMessage().contains("  | it is missing"), failed.getMessage());
    }

    @Test
    void aToolThatIsMissingIsNamedWithHowToGetIt() throws Exception {
        Failure failed = assertThrows(Failure.class, () -> build("name: f\nruntime: stdio\ncommand: ./f\nbuild: no-such-tool\n").run(SILENT));
        assertTrue(failed.getMessage().contains("there is no no-such-tool") && failed.getMessage().contains("field 'build'"), failed.getMessage());
    }

    @Test
    void whatIsNewerThanItsSourcesIsNotBuiltAgain() throws Exception {
        write("Makefile", "main: main.c\n\tcp main.c main\n");
        write("main.c", "1");
        String manifest = "name: f\nruntime: stdio\ncommand: ./main\n";
        assertEquals(List.of("make -s"), lines(build(manifest)));
        assertFalse(build(manifest).upToDate());
        build(manifest).run(SILENT);
        assertTrue(build(manifest).upToDate());
        Files.setLastModifiedTime(folder.resolve("main.c"), FileTime.fromMillis(System.currentTimeMillis() + 10_000));
        assertFalse(build(manifest).upToDate());
    }

    @Test
    void npmInstallsWhatRunsAndItsToolsOnlyForTheBuild() throws Exception {
        String manifest = "name: f\nruntime: nodejs\nhandler: index.handler\n";
        write("package.json", "{\"type\": \"module\"}");
        assertTrue(Build.of(read(manifest)).isEmpty());
        write("package.json", "{\"dependencies\": {\"a\": \"1\"}, \"devDependencies\": {\"b\": \"1\"}}");
        write("package-lock.json", "{}");
        assertEquals(List.of("npm ci --no-audit --no-fund --loglevel=error --omit=dev"), lines(build(manifest)));
        write("node_modules/.package-lock.json", "{}");
        assertTrue(build(manifest).upToDate());
        write("package.json", "{\"dependencies\": {\"a\": \"1\"}, \"devDependencies\": {\"b\": \"1\"}, \"scripts\": {\"build\": \"b\"}}");
        assertEquals(List.of("npm ci --no-audit --no-fund --loglevel=error", "npm run --silent build",
                "npm prune --omit=dev --no-audit --no-fund --loglevel=error"), lines(build(manifest)));
        assertFalse(build(manifest).upToDate());
    }

    private FunctionFolder read(String manifest) throws Exception {
        Files.writeString(folder.resolve("function.yaml"), manifest);
        return FunctionFolder.read(folder);
    }

    @Test
    void aModuleOfALargerBuildIsBuiltFromItsRoot() throws Exception {
        Build build = Build.of(FunctionFolder.read(Path.of("..", "examples", "hello-java"))).orElseThrow();
        assertEquals(Path.of("..").toAbsolutePath().normalize(), build.steps().getFirst().folder());
        assertTrue(lines(build).getFirst().contains("-pl examples/hello-java -am"), lines(build).getFirst());
    }
}
