package dev.thaw.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ServerAddress;
import dev.thaw.deploy.config.Profile;
import dev.thaw.deploy.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw config list|get|set|unset|use}: the user's servers and keys. */
@Command(name = "config", mixinStandardHelpOptions = true, description = {
        "Your own settings: a profile for each server, with its URL, key and certificates.",
        "A command takes --profile; else --server and the variables THAW_SERVER, THAW_KEY, THAW_CA; else the profile of THAW_PROFILE, else the current one. "
                + "A profile's key goes to the profile's server only."})
final class ConfigCommand {
    private static final int MOST_KEY = 4_096;

    private final Terminal terminal;

    ConfigCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Which profile a setting is of. */
    static final class Which {
        @Option(names = "--profile", paramLabel = "PROFILE", description = "The profile; else THAW_PROFILE, else the current one.")
        private String name;

        String in(Settings settings, Terminal terminal) {
            return Optional.ofNullable(name).or(() -> Optional.ofNullable(terminal.environment().get("THAW_PROFILE")).filter(text -> !text.isBlank()))
                    .orElse(settings.current());
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the profiles; keys are not shown.")
    int list(@Option(names = "--json", description = "As JSON.") boolean json) {
        Settings settings = Settings.read(terminal.environment());
        if (json) {
            ObjectNode answer = FunctionsClient.object().put("current", settings.current());
            ObjectNode all = answer.putObject("profiles");
            settings.profiles().forEach((name, profile) -> {
                ObjectNode each = all.putObject(name);
                for (Profile.Field field : Profile.Field.values()) {
                    profile.shown(field).ifPresent(value -> each.put(field.label(), value));
                }
            });
            terminal.out().println(answer.toPrettyString());
        } else if (settings.profiles().isEmpty()) {
            terminal.say("no profiles: `thaw config set server URL` makes one");
        } else {
            List<List<String>> rows = new ArrayList<>(List.of(List.of("", "PROFILE", "SERVER", "KEY", "CA")));
            settings.profiles().forEach((name, profile) -> rows.add(List.of(name.equals(settings.current()) ? "*" : "", name,
                    profile.server().orElse(ServerAddress.DEFAULT), profile.shown(Profile.Field.KEY).orElse("-"), profile.ca().orElse("-"))));
            Table.print(rows, terminal);
        }
        return 0;
    }

    private static Profile.Field field(String label) {
        return Profile.Field.named(label).orElseThrow(() -> new Failure(Failure.USAGE, "'" + label + "' is no setting: it takes server, key or ca"));
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Prints a setting; of a key, whether there is one.")
    int get(@Mixin Which which, @Parameters(paramLabel = "SETTING", description = "server, key or ca.") String setting) {
        Profile.Field field = field(setting);
        Settings settings = Settings.read(terminal.environment());
        String name = which.in(settings, terminal);
        Optional<String> value = Optional.ofNullable(settings.profiles().get(name)).flatMap(profile -> profile.shown(field));
        value.ifPresent(terminal.out()::println);
        return value.isPresent() ? 0 : Failure.FAILED;
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = {
            "Sets a setting of a profile, which is made when it is not there.",
            "A key is read from standard input, or from a file; never from the command line, which others can read."})
    int set(@Mixin Which which, @Parameters(paramLabel = "SETTING", description = "server, key or ca.") String setting,
            @Parameters(paramLabel = "VALUE", arity = "0..1", description = "The URL, or the path of certificates; none for a key.") String value,
            @Option(names = "--from-file", paramLabel = "FILE", description = "A file that holds the key.") Path from) throws IOException {
        Profile.Field field = field(setting);
        String text = switch (field) {
            case SERVER -> ServerAddress.parse(needed(value, "thaw config set server " + ServerAddress.DEFAULT)).toString();
            case CA -> {
                Path file = Path.of(needed(value, "thaw config set ca FILE")).toAbsolutePath().normalize();
                if (!Files.isReadable(file)) {
                    throw new Failure(Failure.USAGE, file + " cannot be read");
                }
                yield file.toString();
            }
            case KEY -> key(value, from);
        };
        Settings settings = Settings.read(terminal.environment());
        String name = which.in(settings, terminal);
        Profile before = Optional.ofNullable(settings.profiles().get(name)).orElse(Profile.EMPTY);
        settings.with(name, Optional.of(before.with(field, Optional.of(text)))).write(terminal.environment());
        terminal.say("set " + field.label() + " of profile " + name);
        return 0;
    }

    private static String needed(String value, String example) {
        return Optional.ofNullable(value).orElseThrow(() -> new Failure(Failure.USAGE, "give the value: " + example));
    }

    private String key(String argument, Path from) throws IOException {
        if (argument != null) {
            throw new Failure(Failure.USAGE, "a key on the command line can be read by others: give it on standard input, or name a file with --from-file");
        }
        if (from == null && terminal.interactive()) {
            terminal.err().print("key: ");
            terminal.err().flush();
        }
        byte[] bytes = from == null ? firstLine() : Files.readAllBytes(from);
        String key = new String(bytes, StandardCharsets.UTF_8).strip();
        if (key.isEmpty() || bytes.length > MOST_KEY || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new Failure(Failure.USAGE, "that is no key: one line of visible characters, as `thaw keys create` prints it");
        }
        return key;
    }

    private byte[] firstLine() throws IOException {
        var line = new java.io.ByteArrayOutputStream();
        for (int b = terminal.in().read(); b >= 0 && b != '\n' && line.size() <= MOST_KEY; b = terminal.in().read()) {
            line.write(b);
        }
        return line.toByteArray();
    }

    @Command(name = "unset", mixinStandardHelpOptions = true, description = "Removes a setting of a profile, or without one the profile.")
    int unset(@Mixin Which which, @Parameters(paramLabel = "SETTING", arity = "0..1", description = "server, key or ca.") String setting) {
        Settings settings = Settings.read(terminal.environment());
        String name = which.in(settings, terminal);
        Profile before = settings.get(name);
        settings.with(name, setting == null ? Optional.empty() : Optional.of(before.with(field(setting), Optional.empty()))).write(terminal.environment());
        terminal.say("removed " + (setting == null ? "profile " + name : setting + " of profile " + name));
        return 0;
    }

    @Command(name = "use", mixinStandardHelpOptions = true, description = "Makes a profile the current one.")
    int use(@Parameters(paramLabel = "PROFILE", description = "Its name.") String name) {
        Settings settings = Settings.read(terminal.environment());
        Profile profile = settings.get(name);
        settings.using(name).write(terminal.environment());
        terminal.say("commands go to " + profile.server().orElse(ServerAddress.DEFAULT) + " now (profile " + name + ")");
        return 0;
    }
}
