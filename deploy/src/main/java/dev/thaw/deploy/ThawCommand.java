package dev.thaw.deploy;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The command without a subcommand, and the list of them. */
@Command(
        name = "thaw",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        description = "Functions that answer every request from a microVM of its own, thawed from a snapshot.",
        footer = {"", "Begin with: thaw init python hello; thaw dev hello", "Measure with: thaw bench",
            "With --json an error is the last line of standard error: {\"error\":…,\"exitStatus\":…}"})
public final class ThawCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private ThawCommand() {}

    /** Runs a command line; returns the exit status. */
    public static int execute(Terminal terminal, String... arguments) {
        return line(terminal).execute(arguments);
    }

    static CommandLine line(Terminal terminal) {
        CommandLine run = new CommandLine(new RunCommand(terminal)).setStopAtPositional(true);
        CommandLine line = new CommandLine(new ThawCommand())
                .addSubcommand(new InitCommand(terminal))
                .addSubcommand(new DevCommand(terminal))
                .addSubcommand(new ServerCommand(terminal))
                .addSubcommand(new DeployCommand(terminal))
                .addSubcommand(new InvokeCommand(terminal))
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(new LogsCommand(terminal))
                .addSubcommand(new DeleteCommand(terminal))
                .addSubcommand(new VersionsCommand(terminal))
                .addSubcommand(new PublishCommand(terminal))
                .addSubcommand(new AliasCommand(terminal))
                .addSubcommand(new PromoteCommand(terminal))
                .addSubcommand(new RollbackCommand(terminal))
                .addSubcommand(new ConfigureCommand(terminal))
                .addSubcommand(new DlqCommand(terminal))
                .addSubcommand(new KeysCommand(terminal))
                .addSubcommand(new AuditCommand(terminal))
                .addSubcommand(new TriggersCommand(terminal))
                .addSubcommand(new ConfigCommand(terminal))
                .addSubcommand(new CompletionCommand(terminal))
                .addSubcommand(run)
                .addSubcommand(new VersionCommand(terminal))
                .addSubcommand(new WarmCommand(terminal));
        line.setExecutionStrategy(parsed -> run(terminal, parsed));
        Explanation explanation = new Explanation(terminal);
        line.setColorScheme(Help.defaultColorScheme(terminal.coloured() && terminal.interactive() ? Help.Ansi.ON : Help.Ansi.OFF));
        line.setExpandAtFiles(false); // -d @FILE is a file with an event
        line.setOut(new PrintWriter(terminal.out(), true));
        line.setErr(new PrintWriter(terminal.err(), true));
        line.setExecutionExceptionHandler((failure, command, parsed) -> explanation.ofFailure(failure, command));
        line.setParameterExceptionHandler(explanation::ofUsage);
        return line;
    }

    /**
     * {@code --version} behind a command is Thaw's too, where it stands alone. Beside anything else it is probably thought to be an option of
     * the command that takes a version: nothing is done then, which must not look like a success.
     */
    private static int run(Terminal terminal, ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last == parsed || !last.isVersionHelpRequested()) {
            return new RunLast().execute(parsed);
        }
        if (last.matchedArgs().size() > 1 || !last.unmatched().isEmpty()) {
            throw new ParameterException(last.commandSpec().commandLine(), "--version prints the version of Thaw and stands alone, so nothing was done");
        }
        terminal.out().println(new VersionCommand(terminal).getVersion()[0]);
        return 0;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
