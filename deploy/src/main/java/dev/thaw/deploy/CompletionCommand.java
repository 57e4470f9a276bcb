package dev.thaw.deploy;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code thaw completion SHELL}. */
@Command(name = "completion", mixinStandardHelpOptions = true, description = {
        "Prints a script that completes commands, options and functions' names in a shell.",
        "bash: source <(thaw completion bash); zsh: the same with zsh; fish: thaw completion fish | source"})
final class CompletionCommand implements Callable<Integer> {
    /** For completion. */
    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("bash", "zsh", "fish").iterator();
        }
    }

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", completionCandidates = Shells.class, description = "bash, zsh or fish.")
    private String shell;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CompletionScript script = CompletionScript.of(spec.root());
        terminal.out().print(switch (shell) {
            case "bash" -> script.bash();
            case "zsh" -> script.zsh();
            case "fish" -> script.fish();
            default -> throw new Failure(Failure.USAGE, "there is no completion for '" + shell + "': it takes bash, zsh or fish");
        });
        return 0;
    }
}
