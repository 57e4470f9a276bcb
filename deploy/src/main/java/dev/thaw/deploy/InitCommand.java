package dev.thaw.deploy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.ServerAddress;
import dev.thaw.deploy.init.Project;
import dev.thaw.deploy.init.Template;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw init TEMPLATE [DIR]}. */
@Command(name = "init", mixinStandardHelpOptions = true, description = "Writes a small function to begin with, which deploys as it is.")
final class InitCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** For completion. */
    static final class Labels implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Arrays.stream(Template.values()).map(Template::label).iterator();
        }
    }

    private final Terminal terminal;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TEMPLATE", completionCandidates = Labels.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String label;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DIR", description = "The folder to write; the name's, unless told.")
    private Path folder;

    @Option(names = "--name", paramLabel = "NAME", description = "The function's name; the folder's, unless told.")
    private String name;

    @Option(names = "--force", description = "Write into a folder that is not empty. Nothing is overwritten.")
    private boolean force;

    @Option(names = "--list", description = "List the templates.")
    private boolean list;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    InitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            printTemplates();
            return 0;
        }
        String all = Arrays.stream(Template.values()).map(Template::label).collect(Collectors.joining(", "));
        if (label == null) {
            throw new Failure(Failure.USAGE, "name a template: " + all + "; `thaw init --list` says what they are");
        }
        Template template = Template.named(label)
                .orElseThrow(() -> new Failure(Failure.USAGE, "there is no template '" + label + "': it takes " + all));
        Path to = Optional.ofNullable(folder).orElseGet(() -> Path.of(name == null ? "hello-" + label : FunctionName.checked(name)));
        String function = name != null ? FunctionName.checked(name) : nameOf(to);
        List<String> written = new Project(template, to, function).write(
                terminal.environment().getOrDefault("THAW_SERVER", ServerAddress.DEFAULT), force);
        if (json) {
            ObjectNode answer = JSON.createObjectNode().put("name", function).put("folder", to.toString()).put("template", label);
            ArrayNode files = answer.putArray("files");
            written.forEach(files::add);
            terminal.out().println(answer.toPrettyString());
        } else {
            terminal.say("wrote function " + function + " (" + written.size() + " files) to " + to);
            terminal.out().println("thaw deploy " + to);
        }
        return 0;
    }

    private static String nameOf(Path folder) {
        String last = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        String name = last.replaceAll("[^a-zA-Z0-9_-]+", "-").replaceAll("^-+|-+$", "");
        if (name.isEmpty() || name.length() > 64) {
            throw new Failure(Failure.USAGE, "'" + last + "' is not fit for a function's name: give one with --name");
        }
        return name;
    }

    private void printTemplates() {
        if (json) {
            ArrayNode all = JSON.createArrayNode();
            Arrays.stream(Template.values()).forEach(each -> all.addObject().put("template", each.label()).put("description", each.description()));
            terminal.out().println(all.toPrettyString());
        } else {
            Table.print(Arrays.stream(Template.values()).map(each -> List.of(each.label(), each.description())).toList(), terminal);
        }
    }
}
