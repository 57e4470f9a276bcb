package dev.thaw.invoker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Our Java runtime, the SDK's classes, as a jar in a folder that guests see as /var/runtime. */
final class JavaRuntimeFiles {
    static final String JAR = "thaw-function-sdk.jar";
    private static final String CLASSES = "dev/thaw/sdk";
    private static final String MAIN = CLASSES + "/runtime/Main.class";

    private JavaRuntimeFiles() {}

    /** The folder, named by its content: another version of Thaw makes another one, and a snapshot's own stays as it is. */
    static Path install(Path dataFolder) throws IOException {
        byte[] jar = jar();
        Path parent = OwnFolders.make(dataFolder.resolve("runtime"));
        Path folder = parent.resolve("java-" + new Fingerprint().add(jar).hex().substring(0, 16));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path aside = OwnFolders.make(parent.resolve("new-" + UUID.randomUUID()));
        Files.write(aside.resolve(JAR), jar);
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }

    /** Thaw carries the SDK along, as a jar or, when it runs from a build's folders, as files. */
    private static byte[] jar() throws IOException {
        URL main = JavaRuntimeFiles.class.getClassLoader().getResource(MAIN);
        if (main == null) {
            throw new IOException("Thaw's class path lacks the function-sdk jar");
        }
        try {
            String location = main.toString();
            if (location.startsWith("jar:")) {
                URI jar = URI.create(location.substring("jar:".length(), location.indexOf("!/")));
                try (FileSystem files = FileSystems.newFileSystem(Path.of(jar), Map.of())) {
                    return packed(files.getPath("/"));
                }
            }
            Path root = Path.of(main.toURI());
            for (int i = 0; i < MAIN.split("/").length; i++) {
                root = root.getParent();
            }
            return packed(root);
        } catch (URISyntaxException e) {
            throw new IOException("Thaw's function-sdk is at " + main, e);
        }
    }

    /** Stored, not compressed: a guest has nothing to inflate. The same bytes for the same classes. */
    private static byte[] packed(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root.resolve(CLASSES))) {
            files = all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Path file : files) {
                add(zip, root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
