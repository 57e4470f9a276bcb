package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw versions NAME}. */
@Command(name = "versions", mixinStandardHelpOptions = true, description = "Lists a function's versions, newest first, and what names them.")
final class VersionsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    VersionsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ThawClient client = server.client(terminal)) {
            JsonNode all = new FunctionsClient(client).versions(FunctionName.checked(name));
            if (json) {
                terminal.out().println(all.toPrettyString());
            } else {
                print(all);
            }
            return 0;
        }
    }

    private void print(JsonNode all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("VERSION", "CODE", "SIZE", "MODIFIED", "SERVES"));
        String latest = all.path("latest").path("revisionId").asText();
        if (all.path("latest").path("version").asText().equals("$LATEST")) {
            rows.add(row(all.path("latest"), name));
        }
        for (JsonNode version : all.path("versions")) {
            List<String> serves = new ArrayList<>();
            if (version.path("revisionId").asText().equals(latest)) {
                serves.add(name);
            }
            all.path("aliases").properties().forEach(alias -> {
                AliasRoute route = route(alias.getValue());
                String number = version.path("version").asText();
                if (route.version().equals(number) || route.additional().filter(share -> share.version().equals(number)).isPresent()) {
                    serves.add(name + ":" + alias.getKey());
                }
            });
            for (int i = 0; i < all.path("former").size(); i++) {
                if (all.path("former").path(i).path("revisionId").asText().equals(version.path("revisionId").asText())) {
                    serves.add(i == 0 ? "(before)" : "(kept)");
                }
            }
            rows.add(row(version, String.join(", ", serves)));
        }
        Table.print(rows, terminal);
    }

    private static List<String> row(JsonNode version, String serves) {
        return List.of(version.path("version").asText(), version.path("codeSha256").asText().substring(0, 8), Sizes.text(version.path("codeSize").asLong()),
                version.path("lastModified").asText(), serves);
    }

    /** An alias as the server's own list has it. */
    static AliasRoute route(JsonNode alias) {
        var weights = alias.path("weights").properties().iterator();
        return new AliasRoute(alias.path("version").asText(), weights.hasNext() ? Optional.of(weights.next())
                .map(each -> new AliasRoute.Share(each.getKey(), new BigDecimal(each.getValue().asText()))) : Optional.empty());
    }
}
