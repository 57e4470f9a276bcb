package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw alias list|set|delete}. */
@Command(name = "alias", mixinStandardHelpOptions = true, description = "Names for versions, which callers can use: NAME:ALIAS.")
final class AliasCommand {
    private final Terminal terminal;

    AliasCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists a function's aliases and the versions they name.")
    int list(@Mixin ServerOption server, @Parameters(paramLabel = "NAME", description = "The function.") String name,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            JsonNode aliases = new FunctionsClient(client).versions(FunctionName.checked(name)).path("aliases");
            if (json) {
                terminal.out().println(aliases.toPrettyString());
                return 0;
            }
            if (aliases.isEmpty()) {
                terminal.say("no aliases: `thaw alias set " + name + " live --version 1` makes one");
                return 0;
            }
            List<List<String>> rows = new ArrayList<>(List.of(List.of("ALIAS", "VERSION", "BEFORE")));
            aliases.properties().forEach(each -> rows.add(List.of(each.getKey(), VersionsCommand.route(each.getValue()).text(),
                    each.getValue().path("former").asText(""))));
            Table.print(rows, terminal);
            return 0;
        }
    }

    @Command(name = "set", description = "Makes an alias, or lets it name another version.")
    int set(@Mixin ServerOption server, @Parameters(paramLabel = "NAME", description = "The function.") String name,
            @Parameters(paramLabel = "ALIAS", description = "Its alias.") String alias,
            @Option(names = "--version", paramLabel = "VERSION", required = true, description = "The version that it names, or $LATEST.") String version,
            @Option(names = "--weight", paramLabel = "VERSION=SHARE", description = "Another version that gets a share: 4=0.1, 4=10%%.") String weight,
            @Option(names = "--description", paramLabel = "TEXT", description = "For people.") String description,
            @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help message and exit.") boolean help,
            @Option(names = "--json", description = "Print what the server says, as JSON.") boolean json) {
        AliasRoute route = new AliasRoute(AliasRoute.checkedVersion(version), Optional.ofNullable(weight).map(AliasCommand::share));
        ObjectNode body = route.body();
        Optional.ofNullable(description).ifPresent(text -> body.put("Description", text));
        try (ThawClient client = server.client(terminal)) {
            FunctionsClient functions = new FunctionsClient(client);
            Optional<JsonNode> before = functions.alias(FunctionName.checked(name), AliasRoute.checkedName(alias));
            JsonNode after = before.isPresent() ? functions.updateAlias(name, alias, body.put("RevisionId", before.get().path("RevisionId").asText()))
                    : functions.createAlias(name, body.put("Name", alias));
            show(terminal, name, alias, before, after, json);
            return 0;
        }
    }

    private static AliasRoute.Share share(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new Failure(Failure.USAGE, "--weight " + text + ": a version and its share, such as 4=10%");
        }
        return new AliasRoute.Share(AliasRoute.checkedVersion(text.substring(0, equals)), AliasRoute.weight(text.substring(equals + 1)));
    }

    /** What a change of an alias did. */
    static void show(Terminal terminal, String name, String alias, Optional<JsonNode> before, JsonNode after, boolean json) {
        if (json) {
            terminal.out().println(after.toPrettyString());
        } else {
            terminal.say(name + ":" + alias + " is " + AliasRoute.of(after).text()
                    + before.map(was -> ", was " + AliasRoute.of(was).text()).orElse(""));
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Forgets an alias; the versions stay.")
    int delete(@Mixin ServerOption server, @Parameters(paramLabel = "NAME", description = "The function.") String name,
            @Parameters(paramLabel = "ALIAS", description = "Its alias.") String alias,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        try (ThawClient client = server.client(terminal)) {
            FunctionsClient functions = new FunctionsClient(client);
            if (functions.alias(FunctionName.checked(name), AliasRoute.checkedName(alias)).isEmpty()) {
                throw new Failure(Failure.FAILED, name + " has no alias " + alias + "; `thaw alias list " + name + "` shows them");
            }
            functions.deleteAlias(name, alias);
            Said.done(terminal, json, FunctionsClient.object().put("deleted", name + ":" + alias), "deleted " + name + ":" + alias);
            return 0;
        }
    }
}
