package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.KeyAdministration;
import dev.thaw.controlplane.StartException;
import dev.thaw.controlplane.auth.ApiKey;
import dev.thaw.controlplane.auth.NewKey;
import dev.thaw.controlplane.auth.Role;
import dev.thaw.deploy.client.ThawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw keys}: who may use a server. */
@Command(name = "keys", mixinStandardHelpOptions = true,
        description = "API keys of a server: once it has one, every request needs one.")
final class KeysCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_DAYS = 3_650;

    private final Terminal terminal;

    KeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new Failure(Failure.USAGE, "name what to do: create, list, revoke or whoami; see thaw keys --help");
    }

    /** {@code --data}: without a server. */
    static final class Offline {
        @Option(names = "--data", paramLabel = "DIR",
                description = "The data directory of a server of this machine that does not run, instead of asking a server.")
        private Path data;

        Optional<Path> folder() {
            return Optional.ofNullable(data);
        }
    }

    private interface OnKeys<T> {
        T run(KeyAdministration keys) throws IOException;
    }

    private static <T> T offline(Path data, OnKeys<T> task) {
        try (KeyAdministration keys = KeyAdministration.open(data)) {
            return task.run(keys);
        } catch (StartException | IOException | IllegalArgumentException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        }
    }

    @Command(name = "create", mixinStandardHelpOptions = true,
            description = "Makes a key and prints its token, which is not kept and cannot be shown again.")
    int create(@Mixin ServerOption server, @Mixin Offline offline,
            @Option(names = "--role", required = true, paramLabel = "ROLE",
                    description = "invoke (invoke functions), deploy (and all that has to do with functions) or admin (and keys and the audit log).")
            String role,
            @Option(names = "--name", paramLabel = "TEXT", defaultValue = "", description = "What the key is for.") String name,
            @Option(names = "--expires", paramLabel = "DAYS", description = "After so many days it is none.") Integer days,
            @Option(names = "--json", description = "Print the key with its token, as JSON.") boolean json) {
        Role known = Role.of(role).orElseThrow(() -> new Failure(Failure.USAGE, "--role takes admin, deploy or invoke, not '" + role + "'"));
        if (days != null && (days < 1 || days > MOST_DAYS)) {
            throw new Failure(Failure.USAGE, "--expires takes 1 to " + MOST_DAYS + " days");
        }
        JsonNode made = offline.folder().map(data -> offline(data, keys -> described(keys.create(name, known,
                server.namespaceOrDefault(terminal), Optional.ofNullable(days).map(Duration::ofDays)))))
                .orElseGet(() -> ask(server, known, name, days));
        if (json) {
            terminal.out().println(made.toPrettyString());
            return 0;
        }
        terminal.out().println(made.path("token").asText());
        terminal.say("key " + made.path("id").asText() + ", role " + made.path("role").asText() + ", namespace " + made.path("namespace").asText()
                + ": this token is shown once; keep it in THAW_KEY or in a file of mode 0600 for --key-file");
        return 0;
    }

    private JsonNode ask(ServerOption server, Role role, String name, Integer days) {
        ObjectNode wanted = JSON.createObjectNode().put("role", role.label()).put("name", name);
        if (days != null) {
            wanted.put("expiresDays", days);
        }
        try (ThawClient client = server.client(terminal)) {
            return client.createKey(wanted);
        }
    }

    private static JsonNode described(NewKey made) {
        return described(made.key()).put("token", made.token());
    }

    private static ObjectNode described(ApiKey key) {
        ObjectNode json = JSON.createObjectNode().put("id", key.id()).put("name", key.name()).put("role", key.role().label())
                .put("namespace", key.namespace().name()).put("created", key.created().toString());
        key.expires().ifPresent(time -> json.put("expires", time.toString()));
        key.used().ifPresent(time -> json.put("used", time.toString()));
        return json;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the keys, without what is secret of them.")
    int list(@Mixin ServerOption server, @Mixin Offline offline,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean asJson) {
        JsonNode answer;
        if (offline.folder().isPresent()) {
            ObjectNode all = JSON.createObjectNode();
            var array = all.putArray("keys");
            offline(offline.folder().get(), KeyAdministration::list).forEach(key -> array.add(described(key)));
            answer = all;
        } else {
            try (ThawClient client = server.client(terminal)) {
                answer = client.keys();
            }
        }
        if (asJson) {
            terminal.out().println(answer.toPrettyString());
        } else if (answer.path("keys").isEmpty()) {
            terminal.say("no keys: whoever reaches the server may do everything, so it listens on loopback only; thaw keys create --role admin makes one");
        } else {
            print(answer.path("keys"));
        }
        return 0;
    }

    private void print(JsonNode keys) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "ROLE", "NAMESPACE", "CREATED", "EXPIRES", "USED", "NAME"));
        for (JsonNode key : keys) {
            rows.add(List.of(key.path("id").asText(), key.path("role").asText(), key.path("namespace").asText(), minute(key, "created", ""),
                    minute(key, "expires", "never"), minute(key, "used", "never"), LogText.plain(key.path("name").asText())));
        }
        Table.print(rows, terminal);
    }

    private static String minute(JsonNode key, String field, String otherwise) {
        String time = key.path(field).asText("");
        return time.length() < 16 ? otherwise : time.substring(0, 16) + "Z";
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Makes a key one of no use, at once.")
    int revoke(@Mixin ServerOption server, @Mixin Offline offline, @Parameters(paramLabel = "ID", description = "As thaw keys list shows it.") String id,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        if (!id.matches("[0-9a-f]{12}")) {
            throw new Failure(Failure.USAGE, "'" + LogText.plain(id) + "' is no key's id; `thaw keys list` shows them");
        }
        if (offline.folder().isPresent()) {
            if (!offline(offline.folder().get(), keys -> keys.revoke(id))) {
                throw new Failure(Failure.FAILED, "there is no key of this id");
            }
        } else {
            try (ThawClient client = server.client(terminal)) {
                client.revokeKey(id);
            }
        }
        Said.done(terminal, json, JSON.createObjectNode().put("revoked", id), "revoked: " + id);
        return 0;
    }

    @Command(name = "whoami", mixinStandardHelpOptions = true, description = "Says which key this command asks with, and what it may.")
    int whoami(@Mixin ServerOption server, @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            JsonNode who = client.whoAmI();
            terminal.out().println(json ? who.toPrettyString() : who.path("key").asText() + ": role " + who.path("role").asText() + ", namespace " + who.path("namespace").asText()
                    + " (account " + who.path("account").asText() + ")");
            return 0;
        }
    }
}
