package dev.thaw.deploy;

import dev.thaw.deploy.client.ThawClient;
import java.util.HashSet;
import java.util.Set;

/** Shows the logs of functions while {@code dev} runs, on a thread a function. For one thread. */
final class LogFollower {
    private final ThawClient client;
    private final Terminal terminal;
    private final Set<String> followed = new HashSet<>();

    LogFollower(ThawClient client, Terminal terminal) {
        this.client = client;
        this.terminal = terminal;
    }

    /** Begins to show a function's log; of one that is shown already, nothing changes. */
    void follow(String name) {
        if (followed.add(name)) {
            Thread.ofVirtual().name("logs " + name).start(() -> show(name));
        }
    }

    private void show(String name) {
        try {
            client.logs(name, 0, true, line -> terminal.err().println(LogText.of(line, terminal.interactive())));
        } catch (Failure e) {
            terminal.say("the log of " + name + " ended: " + e.getMessage());
        }
    }
}
