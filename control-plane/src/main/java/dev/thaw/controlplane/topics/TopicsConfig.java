package dev.thaw.controlplane.topics;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The brokers of a server's own.
 *
 * @param bootstrap {@code host:port[,host:port…]}
 * @param access    a file of Kafka's client settings that say how to come in
 */
public record TopicsConfig(String bootstrap, Optional<Path> access) {
    private static final Pattern BROKERS = Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*");
    /** Of the settings of Kafka's documentation, "Producer Configs", those about access. */
    private static final List<String> ALLOWED = List.of("security.protocol", "sasl.", "ssl.");
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    public TopicsConfig {
        if (!BROKERS.matcher(bootstrap).matches()) {
            throw new IllegalArgumentException("'" + bootstrap + "' is not HOST:PORT or several of them with commas between");
        }
    }

    /** The access file's settings. @throws IOException with a message for the operator; it holds no value of the file */
    Properties settings() throws IOException {
        Properties settings = new Properties();
        if (access.isEmpty()) {
            return settings;
        }
        Path file = access.get();
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new IOException("the file " + file + " holds secrets and can be used by others than its owner: chmod 600 " + file);
        }
        try (Reader in = Files.newBufferedReader(file)) {
            settings.load(in);
        } catch (IllegalArgumentException e) {
            throw new IOException("the file " + file + " is no properties file", e);
        }
        for (String name : settings.stringPropertyNames()) {
            if (ALLOWED.stream().noneMatch(name::startsWith)) {
                throw new IOException("the file " + file + " sets " + name + "; it takes security.protocol and settings that begin with sasl. or ssl.");
            }
        }
        return settings;
    }
}
