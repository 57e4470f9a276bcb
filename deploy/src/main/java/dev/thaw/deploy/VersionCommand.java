package dev.thaw.deploy;

import dev.thaw.deploy.client.FunctionsClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code thaw version}: of Thaw and of the JVM under it. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version of Thaw and of the Java under it.")
public final class VersionCommand implements Callable<Integer>, IVersionProvider {
    private final Terminal terminal;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    /** For picocli, which makes the version provider of {@code --version} itself. */
    public VersionCommand() {
        this(Terminal.ofProcess());
    }

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The jar's manifest carries it (maven-jar-plugin, addDefaultImplementationEntries); classes in a folder have none. */
    private static String version() {
        return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion()).orElse("(not from a jar)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"thaw " + version() + ", Java " + Runtime.version()};
    }

    @Override
    public Integer call() {
        if (json) {
            terminal.out().println(FunctionsClient.object().put("thaw", version()).put("java", Runtime.version().toString()).toPrettyString());
            return 0;
        }
        for (String line : getVersion()) {
            terminal.out().println(line);
        }
        return 0;
    }
}
