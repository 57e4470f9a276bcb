package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw rollback NAME}. */
@Command(name = "rollback", mixinStandardHelpOptions = true, description = {
        "Goes back to what a function, or an alias of it, was before.",
        "What is kept stands ready, so it answers at once. Going back twice is where you began."})
final class RollbackCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Option(names = "--alias", paramLabel = "ALIAS", description = "Roll back this alias; a share that another version gets is taken from it first.")
    private String alias;

    @Option(names = "--to", paramLabel = "VERSION", description = "The version to go to; `thaw versions` shows them.")
    private String to;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    RollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<String> version = Optional.ofNullable(to).map(AliasRoute::checkedVersion);
        try (ThawClient client = server.client(terminal);
                Progress progress = Progress.of(terminal, "waiting for what " + FunctionName.checked(name) + " was before")) {
            FunctionsClient functions = new FunctionsClient(client);
            JsonNode all = functions.versions(FunctionName.checked(name));
            if (alias != null) {
                rollbackAlias(functions, all, version);
                return 0;
            }
            if (version.isPresent() && version.get().equals("$LATEST")) {
                throw new Failure(Failure.USAGE, "--to $LATEST: name the version that $LATEST is to be");
            }
            if (version.isEmpty() && all.path("former").isEmpty()) {
                throw new Failure(Failure.FAILED, name + " was nothing before version " + all.path("latest").path("version").asText()
                        + "; `thaw versions " + name + "` shows what there is");
            }
            JsonNode done = functions.rollback(name, version, all.path("latest").path("revisionId").asText());
            functions.awaitReady(name, Optional.empty()); // it is ready, unless the server has just been started
            if (json) {
                terminal.out().println(done.toPrettyString());
            } else {
                terminal.say(name + " is " + shown(done.path("to")) + " again, was " + shown(done.path("from")));
            }
            return 0;
        }
    }

    private static String shown(JsonNode version) {
        return "version " + version.path("version").asText() + " (code " + version.path("codeSha256").asText().substring(0, 8) + ")";
    }

    private void rollbackAlias(FunctionsClient functions, JsonNode all, Optional<String> version) {
        JsonNode before = functions.alias(name, AliasRoute.checkedName(alias)).orElseThrow(() -> new Failure(Failure.FAILED,
                name + " has no alias " + alias + "; `thaw alias list " + name + "` shows them"));
        AliasRoute was = AliasRoute.of(before);
        String target = version.or(() -> was.additional().map(_ -> was.version()))
                .or(() -> Optional.of(all.path("aliases").path(alias).path("former").asText("")).filter(former -> !former.isEmpty()))
                .orElseThrow(() -> new Failure(Failure.FAILED, name + ":" + alias + " was nothing before version " + was.version()
                        + ": name the version with --to"));
        JsonNode after = functions.updateAlias(name, alias,
                new AliasRoute(target, Optional.empty()).body().put("RevisionId", before.path("RevisionId").asText()));
        AliasCommand.show(terminal, name, alias, Optional.of(before), after, json);
    }
}
