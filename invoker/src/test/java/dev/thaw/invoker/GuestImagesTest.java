package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.fs.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestImagesTest {
    @TempDir Path folder;

    private GuestImage image(String manifest, Map<String, String> hostEnvironment) throws Exception {
        Path packageFolder = Files.createDirectories(folder.resolve("package"));
        FunctionManifest parsed = FunctionManifest.parse(manifest.getBytes(StandardCharsets.UTF_8));
        return new GuestImages(folder.resolve("data"), hostEnvironment)
                .of(new FunctionVersion(parsed, 3, packageFolder));
    }

    @Test
    void showsNoFolderOfUsersOrServices() throws Exception {
        GuestImage image = image("name: a\nruntime: provided\n", Map.of());
        Set<String> seen = image.mounts().stream().map(Mount::guestPath).collect(Collectors.toSet());
        assertTrue(seen.containsAll(Set.of("/usr", "/var/task")));
        for (String never : Set.of("/", "/etc", "/root", "/home", "/var", "/tmp", "/proc")) {
            assertFalse(seen.contains(never), never);
        }
        assertTrue(image.mounts().stream().noneMatch(Mount::writable));
    }

    @Test
    void givesTheEnvironmentThatLambdaSets() throws Exception {
        GuestImage image = image("name: a\nruntime: provided\nenv: {MODE: x, TZ: Europe/Rome}\n", Map.of());
        assertEquals("/var/task/bootstrap", image.program().path());
        assertTrue(image.program().environment().containsAll(Set.of("MODE=x", "TZ=Europe/Rome",
                "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001", "AWS_LAMBDA_FUNCTION_NAME=a", "AWS_LAMBDA_FUNCTION_VERSION=3",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "LAMBDA_TASK_ROOT=/var/task",
                "AWS_LAMBDA_INITIALIZATION_TYPE=snap-start")));
    }

    @Test
    void noticesWhatASnapshotDependsOn() throws Exception {
        String manifest = "name: a\nruntime: provided\n";
        String first = image(manifest, Map.of()).fingerprint();
        assertEquals(first, image(manifest, Map.of()).fingerprint());
        assertNotEquals(first, image(manifest + "memory: 129\n", Map.of()).fingerprint());
        assertNotEquals(first, image(manifest + "env: {A: b}\n", Map.of()).fingerprint());
        Files.writeString(folder.resolve("package/x"), "1");
        String second = image(manifest, Map.of()).fingerprint();
        assertNotEquals(first, second);
        Files.writeString(folder.resolve("package/x"), "2");
        assertNotEquals(second, image(manifest, Map.of()).fingerprint());
    }

    @Test
    void saysWhatToInstallWhenPythonIsNotWhereItWasSaidToBe() {
        String manifest = "name: a\nruntime: python3\nhandler: a.b\n";
        PrepareException missing = assertThrows(PrepareException.class,
                () -> image(manifest, Map.of("THAW_PYTHON", "/no/such/python")));
        assertEquals(PrepareException.Kind.NO_RUNTIME, missing.kind());
        assertTrue(missing.getMessage().contains("/no/such/python"));
        PrepareException foreign = assertThrows(PrepareException.class,
                () -> image(manifest, Map.of("THAW_PYTHON", "/bin/echo")));
        assertTrue(foreign.getMessage().contains("THAW_PYTHON"), foreign.getMessage());
    }
}
