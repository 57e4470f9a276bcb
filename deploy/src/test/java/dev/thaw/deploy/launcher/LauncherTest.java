package dev.thaw.deploy.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code thaw} script over a made-up source tree, made-up JDKs and a made-up Maven. */
class LauncherTest {
    /** All that the script needs of the system; java and mvn are not among it. */
    private static final List<String> TOOLS = List.of(
            "bash", "cp", "dirname", "find", "flock", "grep", "head", "mkdir", "mv", "readlink", "rm", "touch", "uname", "cat");

    private record Ended(int status, String out, String err) {}

    @TempDir
    private Path folder;

    private Path tree;
    private Path tools;
    private Path jvms;

    @BeforeEach
    void makeATree() throws IOException {
        tree = Files.createDirectories(folder.resolve("tree"));
        Files.copy(Path.of("..", "thaw").toRealPath(), tree.resolve("thaw"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(tree.resolve("deploy/src/main"));
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.writeString(tree.resolve("deploy/pom.xml"), "");
        jvms = Files.createDirectories(folder.resolve("jvms"));
        tools = Files.createDirectories(folder.resolve("bin"));
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "exec " + find(tool) + " \"$@\"");
        }
    }

    private static Path find(String tool) {
        return Stream.of("/usr/bin", "/bin").map(place -> Path.of(place, tool)).filter(Files::exists).findFirst().orElseThrow();
    }

    private void script(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, Stream.concat(Stream.of("#!" + find("bash")), Stream.of(lines)).toList());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A JDK whose java says what it was started with, and ends with 7. */
    private Path jdk(Path place, String version) throws IOException {
        script(place.resolve("bin/java"), "echo \"java of " + version + ": $*\"", "exit 7");
        script(place.resolve("bin/javac"));
        Files.writeString(place.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x86_64\"\n");
        return place;
    }

    private void maven(String... lines) throws IOException {
        script(tools.resolve("mvn"), lines);
    }

    /** A Maven that counts its runs and leaves what the real one does. */
    private void workingMaven() throws IOException {
        maven("echo run >>" + folder.resolve("maven-runs"),
                "for a in \"$@\"; do case $a in -Dthaw.lib=*) lib=${a#*=} ;; esac; done",
                "mkdir -p \"$lib\" " + tree.resolve("deploy/target") + " " + tree.resolve("perf/target"),
                "echo >\"$lib/picocli.jar\"",
                "echo >" + tree.resolve("deploy/target/deploy-1.jar") + "; echo >" + tree.resolve("perf/target/perf-1.jar"));
    }

    private Ended launch(Map<String, String> environment, String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of(
                "PATH", tools.toString(), "HOME", folder.resolve("home").toString(), "THAW_JVM_DIR", jvms.toString(), "LANG", "C.UTF-8"));
        builder.environment().putAll(environment);
        Path err = folder.resolve("err.txt");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    private Ended launch(Map<String, String> environment) throws Exception {
        return launch(environment, tree.resolve("thaw").toString(), "list", "a b");
    }

    private long mavenRuns() throws IOException {
        return Files.readAllLines(folder.resolve("maven-runs")).size();
    }

    @Test
    void withoutAJdkItSaysWhatIsMissingWhereItLookedAndHowToGetIt() throws Exception {
        jdk(jvms.resolve("java-17"), "17.0.15");
        Ended ended = launch(Map.of());
        assertAll(
                () -> assertEquals(125, ended.status()),
                () -> assertTrue(ended.err().contains("a JDK 25 or newer is needed"), ended.err()),
                () -> assertTrue(ended.err().contains(jvms.toString()), ended.err()),
                () -> assertTrue(ended.err().contains("apt install"), ended.err()));
    }

    @Test
    void aJdkThatIsNewEnoughIsFoundAmongOlderOnesWithoutStartingAny() throws Exception {
        jdk(jvms.resolve("java-17"), "17.0.15");
        jdk(jvms.resolve("java-9"), "9");
        jdk(jvms.resolve("java-26"), "26-ea");
        workingMaven();
        Ended ended = launch(Map.of());
        assertTrue(ended.out().startsWith("java of 26-ea: "), ended.out() + ended.err());
    }

    @Test
    void javaHomeIsTakenWhenItIsNewEnoughAndPassedOverWhenNot() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        workingMaven();
        Path home = jdk(folder.resolve("elsewhere"), "27.0.1");
        assertTrue(launch(Map.of("JAVA_HOME", home.toString())).out().startsWith("java of 27.0.1"));
        Path old = jdk(folder.resolve("old"), "21.0.1");
        assertTrue(launch(Map.of("JAVA_HOME", old.toString())).out().startsWith("java of 25.0.3"));
    }

    @Test
    void sdkmanAndThePathAreLookedAt() throws Exception {
        workingMaven();
        Path elsewhere = jdk(folder.resolve("opt/jdk"), "25");
        Files.createSymbolicLink(tools.resolve("java"), elsewhere.resolve("bin/java"));
        assertTrue(launch(Map.of()).out().startsWith("java of 25:"));
        jdk(folder.resolve("home/.sdkman/candidates/java/25.0.1-tem"), "25.0.1");
        assertTrue(launch(Map.of()).out().startsWith("java of 25.0.1:"));
    }

    @Test
    void thawJavaHomeIsTakenAtItsWord() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        Ended ended = launch(Map.of("THAW_JAVA_HOME", "/no/such/jdk"));
        assertEquals(125, ended.status());
        assertTrue(ended.err().contains("THAW_JAVA_HOME is /no/such/jdk"), ended.err());
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        Ended ended = launch(Map.of());
        assertEquals(125, ended.status());
        assertTrue(ended.err().contains("there is no mvn on PATH") && ended.err().contains("apt install maven"), ended.err());
    }

    @Test
    void aFailedBuildShowsMavensErrorsAndWhereTheRestIs() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        maven("echo '[ERROR] cannot find symbol'", "exit 1");
        Ended ended = launch(Map.of());
        assertAll(
                () -> assertEquals(125, ended.status()),
                () -> assertTrue(ended.err().contains("[ERROR] cannot find symbol"), ended.err()),
                () -> assertTrue(ended.err().contains("deploy/target/launch/build.log"), ended.err()));
    }

    @Test
    void itBuildsOnceAndAgainOnlyWhenASourceIsNewer() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        workingMaven();
        launch(Map.of());
        launch(Map.of());
        assertEquals(1, mavenRuns());
        Path source = Files.writeString(tree.resolve("deploy/src/main/New.java"), "");
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        Ended unbuilt = launch(Map.of("THAW_NO_BUILD", "1"));
        assertEquals(1, mavenRuns(), unbuilt.err());
        launch(Map.of());
        assertEquals(2, mavenRuns());
    }

    @Test
    void startsAtTheSameTimeBuildOnce() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        workingMaven();
        String thaw = tree.resolve("thaw").toString();
        Ended ended = launch(Map.of(), find("bash").toString(), "-c", "for i in 1 2 3 4; do " + thaw + " list & done; wait");
        assertEquals(1, mavenRuns(), ended.err());
        assertEquals(4, ended.out().lines().filter(line -> line.startsWith("java of 25.0.3:")).count(), ended.out() + ended.err());
    }

    @Test
    void argumentsAndExitStatusPassThroughAlsoThroughASymbolicLinkFromElsewhere() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        workingMaven();
        Files.createSymbolicLink(folder.resolve("first"), Path.of("tree/thaw"));
        Files.createSymbolicLink(tools.resolve("thaw"), Path.of("../first"));
        Ended ended = launch(Map.of("THAW_JAVA_OPTS", "-Dx=1 -Xmx1g"), tools.resolve("thaw").toString(), "run", "--", "a b", "");
        assertEquals(7, ended.status());
        assertTrue(ended.out().contains("-Dthaw.root=" + tree.toRealPath()), ended.out());
        assertTrue(ended.out().contains("-Dx=1 -Xmx1g"), ended.out());
        assertTrue(ended.out().endsWith("dev.thaw.deploy.Main run -- a b \n"), ended.out());
    }

    @Test
    void aServerKeepsTheOptimisingCompilerAndAChosenCollector() throws Exception {
        jdk(jvms.resolve("java-25"), "25.0.3");
        workingMaven();
        String thaw = tree.resolve("thaw").toString();
        Map<String, String> options = new HashMap<>();
        assertTrue(launch(options, thaw, "list").out().contains("-XX:TieredStopAtLevel=1"));
        assertTrue(!launch(options, thaw, "server").out().contains("TieredStopAtLevel"));
        options.put("THAW_JAVA_OPTS", "-XX:+UseZGC");
        String chosen = launch(options, thaw, "server").out();
        assertTrue(chosen.contains("-XX:+UseZGC") && !chosen.contains("UseSerialGC"), chosen);
    }
}
