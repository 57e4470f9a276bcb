package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.fs.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a Java function is started, and with which JDK. */
class JavaCommandTest {
    @TempDir Path folder;

    private GuestImage image(String manifest, Map<String, String> hostEnvironment) throws Exception {
        FunctionManifest parsed = FunctionManifest.parse(manifest.getBytes(StandardCharsets.UTF_8));
        Path packageFolder = Files.createDirectories(folder.resolve("package"));
        return new GuestImages(folder.resolve("data"), hostEnvironment).of(new FunctionVersion(parsed, 1, packageFolder));
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.toRealPath().resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib/server"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(home.resolve("bin/java"), "");
        Files.setPosixFilePermissions(home.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("lib/server/libjvm.so"), "");
        return home;
    }

    @Test
    void runsAModuleByTheQuickCompilerUnlessToldOtherwise() throws Exception {
        Map<String, String> host = Map.of("THAW_JAVA_HOME", jdk("jdk", "25.0.1").toString());
        String yaml = "name: w\nruntime: wasi\nhandler: m.wasm\nisolation: vm\nmemory: 512\n";
        List<String> quick = image(yaml, host).program().arguments();
        assertTrue(quick.containsAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx336m", "m.wasm")), quick.toString());
        GuestImage told = image(yaml + "env: {JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=4'}\n", host);
        List<String> arguments = told.program().arguments();
        assertTrue(arguments.indexOf("-XX:TieredStopAtLevel=4") > arguments.indexOf("-XX:TieredStopAtLevel=1"), arguments.toString());
        assertTrue(arguments.indexOf("-XX:TieredStopAtLevel=4") < arguments.indexOf("-cp"), arguments.toString());
        assertTrue(told.program().environment().stream().noneMatch(each -> each.startsWith("JAVA_TOOL_OPTIONS")));
    }

    @Test
    void putsThePackageBeforeThePlatformOnTheClassPath() throws Exception {
        Path home = jdk("jdk", "25.0.1");
        Path lib = Files.createDirectories(folder.resolve("package/lib"));
        Files.createDirectories(folder.resolve("package/classes"));
        for (String jar : List.of("package/b.jar", "package/a.jar", "package/lib/z.jar", "package/lib/y.jar", "package/lib/notes.txt")) {
            Files.writeString(folder.resolve(jar), "");
        }
        assertTrue(Files.isDirectory(lib));
        GuestImage image = image("name: j\nruntime: java25\nhandler: a.B::c\nmemory: 512\nenv: {JAVA_TOOL_OPTIONS: ' -Dx=1  -Xss1m'}\n",
                Map.of("THAW_JAVA_HOME", home.toString()));
        List<String> arguments = image.program().arguments();
        assertEquals(home + "/bin/java", arguments.getFirst());
        assertEquals("/var/task/classes:/var/task/a.jar:/var/task/b.jar:/var/task/lib/y.jar:/var/task/lib/z.jar:/var/task"
                + ":/var/runtime/thaw-function-sdk.jar", arguments.get(arguments.size() - 2));
        assertEquals("dev.thaw.sdk.runtime.Main", arguments.getLast());
        assertTrue(arguments.containsAll(List.of("-XX:+UseSerialGC", "-Xmx336m")), arguments.toString());
        assertTrue(arguments.indexOf("-Xss1m") > arguments.indexOf("-Xss512k"), "the manifest's options win");
        assertTrue(image.program().environment().contains("_HANDLER=a.B::c"));
        assertTrue(image.program().environment().stream().noneMatch(each -> each.startsWith("JAVA_TOOL_OPTIONS")));
        assertTrue(image.mounts().contains(new Mount(home.toString(), home.toString(), false)));
        Path runtime = Path.of(image.mounts().stream().filter(mount -> mount.guestPath().equals("/var/runtime")).findFirst()
                .orElseThrow().hostPath());
        try (JarFile jar = new JarFile(runtime.resolve("thaw-function-sdk.jar").toFile())) {
            assertTrue(jar.getEntry("dev/thaw/sdk/runtime/Main.class") != null && jar.getEntry("dev/thaw/sdk/Handler.class") != null);
        }
    }

    @Test
    void leavesMemoryForWhatIsNotHeap() {
        assertEquals(24, JavaCommand.heapMb(96));
        assertEquals(144, JavaCommand.heapMb(256));
        assertEquals(720, JavaCommand.heapMb(1024));
    }

    @Test
    void takesAJdkFromTwentyFiveOn() throws Exception {
        jdk("old", "17.0.9");
        Path good = jdk("good", "26");
        Files.createSymbolicLink(folder.resolve("link"), good);
        assertEquals(good.resolve("bin/java"), new JdkFinder(Map.of("JAVA_HOME", folder.resolve("link").toString())).find().executable());
        PrepareException old = assertThrows(PrepareException.class,
                () -> new JdkFinder(Map.of("THAW_JAVA_HOME", folder.resolve("old").toString())).find());
        assertEquals(PrepareException.Kind.NO_RUNTIME, old.kind());
        assertTrue(old.getMessage().contains("no JDK from 25"), old.getMessage());
        assertFalse(new JdkFinder(Map.of()).find().version().isEmpty(), "the one that runs Thaw will do");
    }

    @Test
    void showsWhatLinksOfAJdkLeadTo() throws Exception {
        Path home = jdk("debian", "25");
        Path policy = Files.createDirectories(folder.toRealPath().resolve("etc/security"));
        Files.createDirectories(home.resolve("conf"));
        Files.createSymbolicLink(home.resolve("conf/security"), policy);
        Files.createSymbolicLink(home.resolve("conf/broken"), Path.of("/no/such/file"));
        List<Mount> mounts = new JdkFinder(Map.of("THAW_JAVA_HOME", home.toString())).find().mounts();
        assertEquals(List.of(home.toString(), policy.toString()), mounts.stream().map(Mount::hostPath).toList());
    }

    @Test
    void saysWhatIsWrongWithAJavaManifest() {
        assertComplaint("name: j\nruntime: java25\n", "field 'handler' is missing; it takes a class, such as com.example.Hello");
        assertComplaint("name: j\nruntime: java25\nhandler: a/b\n", "field 'handler' is 'a/b'");
        assertComplaint("name: j\nruntime: java25\nhandler: a.B\nmemory: 64\n", "at least 96 MB with runtime java25");
        assertComplaint("name: j\nruntime: java25\nhandler: a.B\ncommand: java\n", "means nothing to runtime java25");
    }

    private static void assertComplaint(String manifest, String part) {
        String said = assertThrows(ManifestException.class, () -> FunctionManifest.parse(manifest.getBytes(StandardCharsets.UTF_8))).getMessage();
        assertTrue(said.contains(part), said);
    }
}
