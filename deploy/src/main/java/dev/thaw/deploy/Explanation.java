package dev.thaw.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says why a command has ended without what was asked for, and decides its exit status. For people in words; under {@code --json} for
 * programs, as one line of JSON: {@code error}, {@code exitStatus}, and {@code httpStatus} where a server's answer is the reason.
 */
final class Explanation {
    private static final String JSON = "--json";

    private final Terminal terminal;

    Explanation(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Of what was tried. */
    int ofFailure(Exception failure, CommandLine command) {
        boolean json = command.getParseResult() != null && command.getParseResult().hasMatchedOption(JSON);
        if (failure instanceof Failure known) {
            say(json, known.getMessage(), known.status(), known.http());
            return known.status();
        }
        int status = command.getCommandSpec().name().equals("run") ? RunCommand.OWN_FAILURE : Failure.FAILED;
        terminal.err().println(terminal.red("thaw: this is a fault of Thaw; please report it with the lines below"));
        failure.printStackTrace(terminal.err());
        if (json) {
            say(true, "this is a fault of Thaw: " + failure, status, 0);
        }
        return status;
    }

    private void say(boolean json, String message, int status, int http) {
        if (!json) {
            terminal.err().println(terminal.red("thaw: " + message));
            return;
        }
        ObjectNode said = FunctionsClient.object().put("error", message).put("exitStatus", status);
        if (http != 0) {
            said.put("httpStatus", http);
        }
        terminal.err().println(said);
    }

    /** Of a command line that is wrong. */
    int ofUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        int status = command.getCommandSpec().name().equals("run") ? RunCommand.OWN_FAILURE : Failure.USAGE;
        String message = inWords(failure);
        Optional<String> nearest = nearest(failure);
        String help = command.getCommandSpec().qualifiedName() + " --help";
        if (command.getCommandSpec().findOption(JSON) != null && List.of(arguments).contains(JSON)) {
            say(true, message + nearest.map(words -> "; did you mean: " + words + "?").orElse("") + "; see " + help, status, 0);
            return status;
        }
        terminal.err().println(terminal.red("thaw: " + message));
        nearest.ifPresent(words -> terminal.err().println("Did you mean: " + words + "?"));
        terminal.err().println("See: " + help);
        return status;
    }

    private static String inWords(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            return tooMuch(command, unmatched.getUnmatched().getFirst());
        }
        String message = failure.getMessage();
        if (message.equals("Missing required subcommand")) {
            List<String> names = List.copyOf(command.getSubcommands().keySet());
            return "name what to do: " + String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
        }
        return message.replaceAll(" is not an? (int|long)$", " is not a whole number, or too large");
    }

    private static Optional<String> nearest(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return Optional.empty();
        }
        if (unmatched.getUnmatched().getFirst().equals("help")) {
            return Optional.of(failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        }
        List<String> words = unmatched.getSuggestions().stream().map(word -> word.replaceFirst("^thaw ", "")).limit(3).toList();
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
    }

    private static String tooMuch(CommandLine command, String word) {
        String name = command.getCommandSpec().qualifiedName();
        if (!command.getSubcommands().isEmpty()) {
            return "there is no command '" + (name + " " + word).replaceFirst("^thaw ", "") + "'";
        }
        return "'" + word + "' is more than `" + name + "` takes"
                + (command.getCommandSpec().findOption("--data") == null ? "" : "; an event stands behind -d, as in -d '{\"name\": \"Ada\"}'");
    }
}
