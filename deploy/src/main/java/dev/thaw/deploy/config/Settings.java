package dev.thaw.deploy.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The user's settings file: {@code $XDG_CONFIG_HOME/thaw/config.json}, else {@code ~/.config/thaw/config.json}; mode 0600, as it may hold
 * keys. Immutable.
 *
 * @param current  the profile that is used unless another is named
 * @param profiles by name
 */
public record Settings(String current, SortedMap<String, Profile> profiles) {
    /** The profile of those who have never named one. */
    public static final String DEFAULT = "default";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final long MOST_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Settings {
        profiles = Collections.unmodifiableSortedMap(new TreeMap<>(profiles));
    }

    /** Where the file is or would be; empty when the environment says neither that nor where the user is at home. */
    public static Optional<Path> file(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        // The XDG base directory specification: what is not absolute is to be ignored.
        if (config.startsWith("/")) {
            return Optional.of(Path.of(config, "thaw", "config.json"));
        }
        return home.startsWith("/") ? Optional.of(Path.of(home, ".config", "thaw", "config.json")) : Optional.empty();
    }

    /** Reads the file; empty settings when there is none. */
    public static Settings read(Map<String, String> environment) {
        Optional<Path> file = file(environment).filter(Files::exists);
        if (file.isEmpty()) {
            return new Settings(DEFAULT, new TreeMap<>());
        }
        try {
            if (Files.size(file.get()) > MOST_BYTES) {
                throw new Failure(Failure.FAILED, file.get() + " is larger than " + MOST_BYTES + " bytes: is it a file of settings?");
            }
            JsonNode json = JSON.readTree(Files.readAllBytes(file.get()));
            SortedMap<String, Profile> profiles = new TreeMap<>();
            json.path("profiles").properties().forEach(each -> profiles.put(each.getKey(), new Profile(text(each.getValue(), "server"),
                    text(each.getValue(), "key"), text(each.getValue(), "ca"))));
            boolean secret = profiles.values().stream().anyMatch(profile -> profile.key().isPresent());
            if (secret && !Collections.disjoint(Files.getPosixFilePermissions(file.get()), OTHERS)) {
                throw new Failure(Failure.FAILED, file.get() + " holds keys, and others may read or write it: chmod 600 " + file.get());
            }
            return new Settings(json.path("current").asText(DEFAULT), profiles);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            // the message would quote the text, which may hold a key
            throw new Failure(Failure.FAILED, file.get() + " line " + e.getLocation().getLineNr() + " is not JSON: correct it, or remove the file");
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, file.get() + " cannot be read: " + Reason.of(e));
        }
    }

    private static Optional<String> text(JsonNode object, String field) {
        return Optional.of(object.path(field).asText("")).filter(text -> !text.isEmpty());
    }

    /** Writes the file anew, whole or not at all. */
    public void write(Map<String, String> environment) {
        Path file = file(environment).orElseThrow(() -> new Failure(Failure.FAILED, "neither XDG_CONFIG_HOME nor HOME says where settings are kept"));
        ObjectNode json = JSON.createObjectNode().put("current", current);
        ObjectNode all = json.putObject("profiles");
        profiles.forEach((name, profile) -> {
            ObjectNode each = all.putObject(name);
            profile.server().ifPresent(server -> each.put("server", server));
            profile.key().ifPresent(key -> each.put("key", key));
            profile.ca().ifPresent(ca -> each.put("ca", ca));
        });
        try {
            Files.createDirectories(file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            // createTempFile makes files of mode 0600
            Path aside = Files.createTempFile(file.getParent(), "config", ".json");
            Files.writeString(aside, json.toPrettyString() + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, file + " cannot be written: " + Reason.of(e));
        }
    }

    /** The same with another profile of this name, or without it. */
    public Settings with(String name, Optional<Profile> profile) {
        SortedMap<String, Profile> changed = new TreeMap<>(profiles);
        changed.remove(name);
        profile.filter(each -> !each.equals(Profile.EMPTY)).ifPresent(each -> changed.put(checked(name), each));
        return new Settings(current, changed);
    }

    /** The same with another current profile. */
    public Settings using(String name) {
        return new Settings(name, profiles);
    }

    /** A profile that is there, or a message with those that are. */
    public Profile get(String name) {
        return Optional.ofNullable(profiles.get(name)).orElseThrow(() -> new Failure(Failure.USAGE, "there is no profile '" + name + "'"
                + (profiles.isEmpty() ? "" : "; there are " + String.join(", ", profiles.keySet()))
                + ": make it with `thaw config set server URL --profile " + name + "`"));
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Failure(Failure.USAGE, "'" + name + "' is no name for a profile: letters, digits, '.', '_' and '-', at most 64");
        }
        return name;
    }

    /**
     * The variables by which a command finds its server and key, after the profile has had its say. A profile that is named on the command
     * line counts for all of them. Else what the environment says counts, and the profile of {@code THAW_PROFILE}, or the current one, for
     * what it does not say; but never for another server than the profile's, so that its key goes nowhere else.
     *
     * @param profile of the command line
     * @param server  of the command line
     */
    public static Map<String, String> applied(Map<String, String> environment, Optional<String> profile, Optional<String> server) {
        Map<String, String> applied = new HashMap<>(environment);
        if (profile.isPresent()) {
            Profile named = read(environment).get(profile.get());
            for (String variable : new String[] {"THAW_SERVER", "THAW_KEY", "THAW_KEY_FILE", "THAW_CA", "THAW_ACCESS_KEY_ID", "THAW_SECRET_ACCESS_KEY"}) {
                applied.remove(variable);
            }
            put(named, applied, server);
            return applied;
        }
        Optional<String> chosen = Optional.ofNullable(environment.get("THAW_PROFILE")).filter(name -> !name.isBlank());
        Settings settings = read(environment);
        Optional<Profile> found = chosen.map(settings::get).or(() -> Optional.ofNullable(settings.profiles().get(settings.current())));
        found.ifPresent(present -> put(present, applied, server.or(() -> Optional.ofNullable(environment.get("THAW_SERVER")))));
        return applied;
    }

    private static void put(Profile profile, Map<String, String> variables, Optional<String> otherServer) {
        if (otherServer.isPresent() && !otherServer.equals(profile.server())) {
            return;
        }
        profile.server().ifPresent(server -> variables.putIfAbsent("THAW_SERVER", server));
        boolean hasKey = variables.containsKey("THAW_KEY") || variables.containsKey("THAW_KEY_FILE") || variables.containsKey("THAW_ACCESS_KEY_ID");
        profile.key().filter(_ -> !hasKey).ifPresent(key -> variables.put("THAW_KEY", key));
        profile.ca().ifPresent(ca -> variables.putIfAbsent("THAW_CA", ca));
    }
}
