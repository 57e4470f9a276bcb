package dev.thaw.deploy;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code thaw version}: of Thaw and of the JVM under it. */
@Command(name = "version", description = "Prints the version of Thaw and of the Java under it.")
public final class VersionCommand implements Callable<Integer>, IVersionProvider {
    private final Terminal terminal;

    /** For picocli, which makes the version provider of {@code --version} itself. */
    public VersionCommand() {
        this(Terminal.ofProcess());
    }

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public String[] getVersion() {
        // The jar's manifest carries it (maven-jar-plugin, addDefaultImplementationEntries); classes in a folder have none.
        String version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion()).orElse("(not from a jar)");
        return new String[] {"thaw " + version + ", Java " + Runtime.version()};
    }

    @Override
    public Integer call() {
        for (String line : getVersion()) {
            terminal.out().println(line);
        }
        return 0;
    }
}
