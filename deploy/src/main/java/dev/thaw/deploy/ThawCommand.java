package dev.thaw.deploy;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command without a subcommand, and the list of them. */
@Command(
        name = "thaw",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        description = "Functions that answer every request from a microVM of its own, thawed from a snapshot.",
        footer = {"", "Begin with: thaw init python hello; thaw dev hello", "Measure with: thaw bench"})
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
        line.setColorScheme(Help.defaultColorScheme(terminal.coloured() && terminal.interactive() ? Help.Ansi.ON : Help.Ansi.OFF));
        line.setExpandAtFiles(false); // -d @FILE is a file with an event
        line.setOut(new PrintWriter(terminal.out(), true));
        line.setErr(new PrintWriter(terminal.err(), true));
        line.setExecutionExceptionHandler((failure, command, parsed) -> explain(terminal, failure, command));
        line.setParameterExceptionHandler((failure, args) -> explainUsage(terminal, failure));
        return line;
    }

    private static int explain(Terminal terminal, Exception failure, CommandLine command) {
        if (failure instanceof Failure known) {
            terminal.err().println(terminal.red("thaw: " + known.getMessage()));
            return known.status();
        }
        terminal.err().println(terminal.red("thaw: this is a fault of Thaw; please report it with the lines below"));
        failure.printStackTrace(terminal.err());
        return command.getCommandSpec().name().equals("run") ? RunCommand.OWN_FAILURE : Failure.FAILED;
    }

    private static int explainUsage(Terminal terminal, ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String message = failure.getMessage();
        List<String> nearest = List.of();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            nearest = unmatched.getSuggestions();
            if (!unmatched.isUnknownOption()) {
                message = tooMuch(command, unmatched.getUnmatched().getFirst());
            }
        }
        terminal.err().println(terminal.red("thaw: " + message));
        if (!nearest.isEmpty()) {
            terminal.err().println("Did you mean: " + String.join(", ", nearest.stream().map(word -> word.replaceFirst("^thaw ", "")).limit(3).toList()) + "?");
        }
        terminal.err().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().name().equals("run") ? RunCommand.OWN_FAILURE : Failure.USAGE;
    }

    private static String tooMuch(CommandLine command, String word) {
        String name = command.getCommandSpec().qualifiedName();
        if (!command.getSubcommands().isEmpty()) {
            return "there is no command '" + (name + " " + word).replaceFirst("^thaw ", "") + "'";
        }
        return "'" + word + "' is more than `" + name + "` takes"
                + (command.getCommandSpec().findOption("--data") == null ? "" : "; an event stands behind -d, as in -d '{\"name\": \"Ada\"}'");
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
