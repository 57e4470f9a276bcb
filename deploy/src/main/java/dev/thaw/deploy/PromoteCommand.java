package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw promote NAME ALIAS VERSION}. */
@Command(name = "promote", mixinStandardHelpOptions = true, description = "Lets an alias send its invocations, or a share of them, to another version.")
final class PromoteCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "NAME", description = "The function.")
    private String name;

    @Parameters(index = "1", paramLabel = "ALIAS", description = "Its alias.")
    private String alias;

    @Parameters(index = "2", paramLabel = "VERSION", description = "The version to go to.")
    private String version;

    @Option(names = "--weight", paramLabel = "SHARE", defaultValue = "100%%",
            description = "The share it gets, such as 10%% or 0.1; the version before keeps the rest (${DEFAULT-VALUE}).")
    private String weight;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    PromoteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        BigDecimal share = AliasRoute.weight(weight.replace("%%", "%"));
        AliasRoute.checkedVersion(version);
        try (ThawClient client = server.client(terminal)) {
            FunctionsClient functions = new FunctionsClient(client);
            JsonNode before = functions.alias(FunctionName.checked(name), AliasRoute.checkedName(alias)).orElseThrow(() -> new Failure(Failure.FAILED,
                    "there is no " + name + ":" + alias + ": make it with `thaw alias set " + name + " " + alias + " --version " + version + "`"));
            AliasRoute was = AliasRoute.of(before);
            AliasRoute now;
            if (share.compareTo(BigDecimal.ONE) == 0) {
                now = new AliasRoute(version, Optional.empty());
            } else if (version.equals(was.version())) {
                throw new Failure(Failure.USAGE, name + ":" + alias + " is " + was.text() + ": name the other version, the one that is to get the share");
            } else {
                now = new AliasRoute(was.version(), share.signum() == 0 ? Optional.empty() : Optional.of(new AliasRoute.Share(version, share)));
            }
            JsonNode after = functions.updateAlias(name, alias, now.body().put("RevisionId", before.path("RevisionId").asText()));
            AliasCommand.show(terminal, name, alias, Optional.of(before), after, json);
            return 0;
        }
    }
}
