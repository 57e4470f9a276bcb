package dev.thaw.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the jars of Kafka's server are. */
final class BrokerJars {
    private static final Path LIST = Path.of("control-plane", "kafka-broker", "target", "classpath");

    private BrokerJars() {}

    /**
     * The class path of Kafka's server, as the build left it in the tree of sources that holds the working directory, or that
     * {@code -Dthaw.root} names.
     *
     * @throws IOException saying how to get it, when it is not there
     */
    static String classPath() throws IOException {
        Path start = Path.of(System.getProperty("thaw.root", "")).toAbsolutePath();
        Optional<Path> list = Optional.empty();
        for (Path folder = start; folder != null && list.isEmpty(); folder = folder.getParent()) {
            list = Optional.of(folder.resolve(LIST)).filter(Files::isRegularFile);
        }
        String how = "; at the top of Thaw's sources run: mvn -q generate-resources -pl control-plane/kafka-broker";
        if (list.isEmpty()) {
            throw new IOException("there is no " + LIST + " in " + start + " or above it, the list of the jars of Apache Kafka's server" + how);
        }
        String path = Files.readString(list.get()).strip();
        for (String jar : path.split(":")) {
            if (!Files.isRegularFile(Path.of(jar))) {
                throw new IOException(jar + " is gone, which " + list.get() + " names" + how);
            }
        }
        return path;
    }
}
