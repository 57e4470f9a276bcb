package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong command lines: which status they end with, and that the message says what is right. */
class CommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "nosuch | there is no command 'nosuch'",
        "list --nosuch | --nosuch",
        "rollback f --version 7 | --version prints the version of Thaw and stands alone, so nothing was done",
        "delete f -V | stands alone",
        "help | Did you mean: thaw --help?",
        "dlq | name what to do: delete, list, redrive or show",
        "logs a -n 99999999999 | '99999999999' is not a whole number, or too large",
        "configure a --memory lots | 'lots' is not a whole number",
        "invoke | NAME",
        "deploy | DIR",
        "invoke a {} | '{}' is more than `thaw invoke` takes; an event stands behind -d",
        "delete a b | 'b' is more than `thaw delete` takes",
        "invoke a/b | 'a/b' is not a function's name",
        "delete ../x | is not a function's name",
        "logs a -n -1 | number of lines from 0",
        "logs a -n many | many",
        "server --listen 8080 | HOST:PORT",
        "server --listen host:70000 | HOST:PORT",
        "server --listen ::1:80 | HOST:PORT",
        "server --audit-every -1 | --audit-every",
        "server --pool-idle 0 | --pool-idle",
        "server --pool-idle 5m --pool-empty 1m | --pool-empty must not be shorter than --pool-idle",
        "server --queue-events 0 | --queue-events must be 1 to 100000000, not 0",
        "server --queue-events many | --queue-events",
        "server --queue-events 3 | --queue-events must be more",
        "server --queue-size 8 | '8' is no size: 1M to 64T",
        "server --queue-size 0G | '0G' is no size",
        "server --queue-size 65T | '65T' is no size",
        "server --queue-size 3M | --queue-size must be more",
        "server --queue-namespace-share 101 | --queue-namespace-share must be 1 to 100, not 101",
        "server --queue-function-share 0 | --queue-function-share must be 1 to 100, not 0",
        "server --queue-function-share 60 | --queue-function-share must not be above --queue-namespace-share",
        "list --server ftp://host | is not a server's URL",
        "list --server http://host/path | is not a server's URL",
        "invoke a -d @/no/such/file | -d @/no/such/file: cannot be read: there is no such file",
    })
    void wrongUsageEndsWith2AndNamesWhatIsWrong(String line, String expected) {
        Typed typed = Typed.of(line.strip().split(" "));
        assertAll(
                () -> assertEquals(2, typed.status()),
                () -> assertTrue(typed.err().contains(expected.strip()), typed.err()),
                () -> assertEquals("", typed.out()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "run", "run --memory 1", "run --memory lots -- true", "run --timeout 0 -- true", "run --timeout soon -- true",
        "run --volume /nowhere:/data -- true", "run --volume /tmp -- true", "run --volume /tmp:data -- true",
        "run --volume /tmp:/data:rw -- true", "run --env =x -- true", "run --egress host:port -- true", "run --egress 10.0.0.0/33 -- true", "run --nosuch -- true"
    })
    void wrongUsageOfRunEndsWith125BecauseLowerStatusesAreTheProgrammes(String line) {
        assertEquals(125, Typed.of(line.split(" ")).status());
    }

    @Test
    void aLineWithoutACommandShowsTheCommandsAndEndsWith2() {
        Typed typed = Typed.of();
        assertEquals(2, typed.status());
        assertTrue(typed.err().contains("invoke") && typed.err().contains("name a command"), typed.err());
    }

    @Test
    void helpGoesToStandardOutputAndEndsWith0() {
        Typed typed = Typed.of("invoke", "--help");
        assertEquals(0, typed.status());
        assertTrue(typed.out().contains("--data"), typed.out());
    }

    @Test
    void everyCommandHasHelp() {
        List<String> commands = Typed.of("--help").out().lines().filter(line -> line.matches("  [a-z]+ .*")).map(line -> line.strip().split(" ")[0]).toList();
        assertTrue(commands.containsAll(List.of("version", "run", "dlq")), commands.toString());
        for (String command : commands) {
            Typed typed = Typed.of(command, "--help");
            assertTrue(typed.status() == 0 && typed.out().startsWith("Usage: thaw " + command) && typed.err().isEmpty(), command + typed);
        }
    }

    @Test
    void versionIsPrintedBothWays() {
        assertEquals(Typed.of("version").out(), Typed.of("--version").out());
        assertEquals(Typed.of("version").out(), Typed.of("alias", "list", "-V").out());
        assertTrue(Typed.of("version").out().startsWith("thaw "), Typed.of("version").out());
    }

    @Test
    void theServerOfTheEnvironmentIsUsedAndCheckedLikeTheOption() {
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", "nonsense"), "list");
        assertEquals(2, typed.status());
        assertTrue(typed.err().contains("'nonsense' is not a server's URL"), typed.err());
    }

    @Test
    void aProgramThatIsNotThereEndsWith127AndOneThatIsNotExecutableWith126() {
        assertEquals(127, Typed.of("run", "--", "/no/such/program").status());
        assertEquals(127, Typed.of("run", "--", "no-such-program").status());
        Typed missing = Typed.of("run", "no-such-module.wasm");
        assertTrue(missing.status() == 127 && missing.err().contains("no-such-module.wasm: no such file"), missing.err());
        Typed here = Typed.of("run", "pom.xml");
        assertTrue(here.status() == 127 && here.err().contains("the one in this folder is ./pom.xml"), here.err());
        assertEquals(126, Typed.of("run", "--", "/etc/passwd").status());
        assertEquals(126, Typed.of("run", "--", "/etc").status());
    }
}
