package dev.thaw.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Scripts for shells, from the commands as they are declared. Names of functions are asked of the server when they are needed, by
 * {@code thaw list --names}, and files are completed where a command takes them.
 *
 * @param commands all that are not hidden
 */
record CompletionScript(List<Entry> commands) {
    /**
     * A command.
     *
     * @param path        of names, the first empty for {@code thaw} itself
     * @param words       subcommands, fixed values of its parameters, and options
     * @param values      those of {@code words} that are fixed values of parameters
     * @param options     those of {@code words} that are options, with what they do
     * @param subcommands those that are subcommands, with what they do
     * @param functions   whether a parameter is the name of a function
     * @param files       whether a parameter is a file or folder
     * @param takes       the names of options with a value, each with what that is: {@code =file}, {@code =name} of a function, or {@code =value}
     */
    record Entry(String path, List<String> words, List<String> values, List<Described> options, List<Described> subcommands, boolean functions, boolean files,
            List<String> takes) {}

    record Described(String name, String description) {}

    static CompletionScript of(CommandSpec root) {
        List<Entry> all = new ArrayList<>();
        add(root, "", all);
        return new CompletionScript(List.copyOf(all));
    }

    private static void add(CommandSpec command, String path, List<Entry> all) {
        List<Described> options = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                options.add(new Described(option.longestName(), first(option.description())));
            }
        }
        List<String> takes = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            if (option.arity().max() > 0) {
                String what = switch (option.paramLabel()) {
                    case "FILE", "DIR", "PATH" -> "=file";
                    case "FUNCTION" -> "=name";
                    default -> "=value";
                };
                List.of(option.names()).forEach(name -> takes.add(name + what));
            }
        }
        List<Described> subcommands = new ArrayList<>();
        command.subcommands().forEach((name, line) -> {
            if (!line.getCommandSpec().usageMessage().hidden()) {
                subcommands.add(new Described(name, first(line.getCommandSpec().usageMessage().description())));
            }
        });
        boolean functions = false;
        boolean files = false;
        List<String> words = new ArrayList<>(subcommands.stream().map(Described::name).toList());
        List<String> values = new ArrayList<>();
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            functions |= parameter.paramLabel().equals("NAME") || parameter.paramLabel().equals("FUNCTION");
            files |= parameter.paramLabel().equals("DIR") || parameter.paramLabel().equals("FILE") || parameter.paramLabel().startsWith("PROGRAM");
            Optional.ofNullable(parameter.completionCandidates()).ifPresent(candidates -> candidates.forEach(values::add));
        }
        words.addAll(values);
        options.forEach(option -> words.add(option.name()));
        all.add(new Entry(path, List.copyOf(words), values, options, subcommands, functions, files, List.copyOf(takes)));
        for (String name : new TreeSet<>(subcommands.stream().map(Described::name).toList())) {
            add(command.subcommands().get(name).getCommandSpec(), path.isEmpty() ? name : path + " " + name, all);
        }
    }

    private static String first(String[] lines) {
        return lines.length == 0 ? "" : lines[0].replaceAll("%n|%%", " ").replaceAll("\\$\\{[^}]*}", "…").replaceAll("['\\\\\\p{Cntrl}]", "");
    }

    String bash() {
        StringBuilder cases = new StringBuilder();
        for (Entry entry : commands) {
            cases.append("    '").append(entry.path()).append("') words='").append(String.join(" ", entry.words())).append('\'')
                    .append(entry.functions() ? " names=yes" : "").append(entry.files() ? " files=yes" : "")
                    .append(" takes=' ").append(String.join(" ", entry.takes())).append(" ' ;;\n");
        }
        return """
                # Completion of thaw's command line, by `thaw completion`.
                _thaw() {
                  local word path= words= names= files= takes= current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} i
                  for ((i = 1; i < COMP_CWORD; i++)); do
                    word=${COMP_WORDS[i]}
                    case "${path:+$path }$word" in
                      %s) path="${path:+$path }$word" ;;
                    esac
                  done
                  case $path in
                %s  esac
                  case $takes in
                    *" $before=file "*) words= names= files=yes ;;
                    *" $before=name "*) words= names=yes files= ;;
                    *" $before=value "*) words= names= files= ;;
                  esac
                  if [[ $names && $current != -* ]]; then
                    # asked anew after ten seconds only: the answer takes a JVM
                    if ((SECONDS >= ${_thaw_until:-0})); then _thaw_names=$(command thaw list --names --wait 2s 2>/dev/null) _thaw_until=$((SECONDS + 10)); fi
                    words+=" $_thaw_names"
                  fi
                  COMPREPLY=($(compgen -W "$words" -- "$current"))
                  [[ $files && $current != -* ]] && COMPREPLY+=($(compgen -f -- "$current"))
                  return 0
                }
                complete -o filenames -F _thaw thaw
                """.formatted(String.join(" | ", commands.stream().filter(entry -> !entry.path().isEmpty())
                        .map(entry -> "'" + entry.path() + "'").toList()), cases);
    }

    String zsh() {
        return "autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
    }

    String fish() {
        StringBuilder script = new StringBuilder("# Completion of thaw's command line, by `thaw completion`.\ncomplete -c thaw -f\n");
        for (Entry entry : commands) {
            String[] path = entry.path().split(" ");
            String when = entry.path().isEmpty() ? "__fish_use_subcommand"
                    : String.join("; and ", java.util.Arrays.stream(path).map(name -> "__fish_seen_subcommand_from " + name).toList());
            // A group's own words are not offered behind one of its commands.
            String names = String.join(" ", entry.subcommands().stream().map(Described::name).toList());
            boolean group = !entry.path().isEmpty() && !names.isEmpty();
            String begin = "complete -c thaw -n '" + when + (group ? "; and not __fish_seen_subcommand_from " + names : "") + "' ";
            entry.values().forEach(value -> script.append(begin).append("-a ").append(value).append('\n'));
            entry.subcommands().forEach(each -> script.append(begin).append("-a ").append(each.name()).append(" -d '").append(each.description()).append("'\n"));
            entry.options().forEach(each -> script.append(begin).append("-l ").append(each.name().replaceFirst("^--", "")).append(" -d '")
                    .append(each.description()).append('\'').append(taken(each.name(), entry.takes())).append('\n'));
            if (entry.functions()) {
                script.append(begin).append("-a '(command thaw list --names --wait 2s 2>/dev/null)'\n");
            }
            if (entry.files()) {
                script.append(begin).append("-F\n");
            }
        }
        return script.toString();
    }

    /** What fish is told of an option's value. */
    private static String taken(String option, List<String> takes) {
        return takes.contains(option + "=file") ? " -r -F"
                : takes.contains(option + "=name") ? " -x -a '(command thaw list --names --wait 2s 2>/dev/null)'"
                : takes.contains(option + "=value") ? " -x" : "";
    }
}
