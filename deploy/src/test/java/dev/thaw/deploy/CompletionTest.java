package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of {@code thaw completion}, in the shells that are here. */
class CompletionTest {
    @TempDir
    private Path folder;

    /** What bash would offer after a line; a stand-in for thaw answers with two functions' names. */
    private List<String> offered(String... words) throws Exception {
        Path thaw = Files.writeString(folder.resolve("thaw"), "#!/bin/sh\n[ \"$1 $2\" = 'list --names' ] && printf 'alpha\\nbeta\\n'\n");
        assertTrue(thaw.toFile().setExecutable(true));
        Path script = Files.writeString(folder.resolve("complete.bash"), Typed.of("completion", "bash").out());
        String line = "source " + script + "; COMP_WORDS=(thaw " + String.join(" ", words) + "); COMP_CWORD=" + words.length
                + "; _thaw; printf '%s\\n' \"${COMPREPLY[@]}\"";
        ProcessBuilder bash = new ProcessBuilder("bash", "--norc", "-c", line).redirectErrorStream(true).directory(folder.toFile());
        bash.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        Process process = bash.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().filter(each -> !each.isEmpty()).toList();
    }

    @Test
    void bashIsOfferedCommandsOptionsNamesAndFiles() throws Exception {
        assertTrue(offered("de").containsAll(List.of("delete", "deploy", "dev")), offered("de").toString());
        assertEquals(List.of("--dry-run"), offered("deploy", "--dr"));
        assertEquals(List.of("alpha"), offered("invoke", "al"));
        assertTrue(offered("alias", "''").containsAll(List.of("list", "set", "delete")));
        assertEquals(List.of("beta"), offered("alias", "set", "b"));
        assertEquals(List.of("python"), offered("init", "py"));
        assertEquals(List.of("zsh"), offered("completion", "z"));
        assertEquals(List.of("complete.bash"), offered("run", "comp"));
        assertTrue(offered("deploy", "comp").contains("complete.bash"));
        assertEquals(List.of(), offered("nosuch", "--dr"));
        assertTrue(offered("warm").isEmpty(), "hidden");
    }

    @Test
    void bashIsOfferedWhatAnOptionTakes() throws Exception {
        assertEquals(List.of("alpha"), offered("dlq", "list", "--function", "al"));
        assertEquals(List.of("beta"), offered("triggers", "create", "be"));
        assertTrue(offered("list", "--key-file", "comp").contains("complete.bash"));
        assertEquals(List.of(), offered("list", "--server", "''"));
        assertEquals(List.of(), offered("logs", "-n", "''"), "a number");
        assertTrue(offered("deploy", "-n", "comp").contains("complete.bash"), "a flag there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void eachShellUnderstandsItsScript(String shell) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", shell)), "needs " + shell);
        Path script = Files.writeString(folder.resolve("script"), Typed.of("completion", shell).out());
        Process process = new ProcessBuilder(shell, "-n", script.toString()).redirectErrorStream(true).start();
        assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
    }

    private List<String> offeredByFish(String line) throws Exception {
        Path thaw = Files.writeString(folder.resolve("thaw"), "#!/bin/sh\nprintf 'alpha\\nbeta\\n'\n");
        assertTrue(thaw.toFile().setExecutable(true));
        Path script = Files.writeString(folder.resolve("complete.fish"), Typed.of("completion", "fish").out());
        ProcessBuilder fish = new ProcessBuilder("fish", "--no-config", "-c", "source " + script + "; complete -C '" + line + "'").redirectErrorStream(true)
                .directory(folder.toFile());
        fish.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        fish.environment().put("HOME", folder.toString());
        Process process = fish.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().map(each -> each.split("\t")[0]).toList();
    }

    @Test
    void fishIsOfferedTheSame() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/fish")), "needs fish");
        assertEquals(List.of("python"), offeredByFish("thaw init py"));
        assertEquals(List.of("create"), offeredByFish("thaw keys cr"));
        assertEquals(List.of(), offeredByFish("thaw keys create w"), "whoami is no value of create");
        assertEquals(List.of("alpha"), offeredByFish("thaw invoke al"));
        assertEquals(List.of("beta"), offeredByFish("thaw dlq list --function b"));
        assertEquals(List.of("complete.fish"), offeredByFish("thaw list --key-file comp"));
    }

    @Test
    void everyCommandIsInEveryScript() {
        TreeSet<String> commands = new TreeSet<>();
        Typed.of("--help").out().lines().filter(line -> line.matches("  [a-z]+ .*")).forEach(line -> commands.add(line.strip().split(" ")[0]));
        assertTrue(commands.contains("rollback"), commands.toString());
        for (String command : commands) {
            assertTrue(Typed.of("completion", "bash").out().contains("'" + command + "')"), command);
            assertTrue(Typed.of("completion", "fish").out().contains("-a " + command + " "), command);
        }
        assertEquals(2, Typed.of("completion", "tcsh").status());
    }

    @ParameterizedTest
    @CsvSource({"deplyo x, deploy", "rolback x, rollback", "alias lst x, list", "deploy x --dryrun, --dry-run"})
    void whatWasProbablyMeantIsNamed(String line, String meant) {
        Typed typed = Typed.with(new byte[0], Map.of(), line.split(" "));
        assertEquals(2, typed.status());
        assertTrue(typed.err().contains("Did you mean: ") && typed.err().contains(meant), typed.err());
    }
}
