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
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Classes that Thaw carries along for its guests: from the jar that it has them in or, when it runs from a build's folders, from files. */
final class CarriedClasses {
    private CarriedClasses() {}

    /**
     * All classes of a package and those below it, as a jar: the same bytes for the same classes.
     *
     * @param packageFolder such as {@code dev/thaw/sdk}
     * @param one name of a class in it or below, such as {@code runtime/Main.class}
     */
    static byte[] jar(String packageFolder, String one) throws IOException {
        String name = packageFolder + "/" + one;
        URL found = CarriedClasses.class.getClassLoader().getResource(name);
        if (found == null) {
            throw new IOException("Thaw's class path lacks " + name);
        }
        try {
            String location = found.toString();
            if (location.startsWith("jar:")) {
                URI jar = URI.create(location.substring("jar:".length(), location.indexOf("!/")));
                try (FileSystem files = FileSystems.newFileSystem(Path.of(jar), Map.of())) {
                    return packed(files.getPath("/"), packageFolder);
                }
            }
            Path root = Path.of(found.toURI());
            for (int i = 0; i < name.split("/").length; i++) {
                root = root.getParent();
            }
            return packed(root, packageFolder);
        } catch (URISyntaxException e) {
            throw new IOException(name + " is at " + found, e);
        }
    }

    /** Stored, not compressed: a guest has nothing to inflate. */
    private static byte[] packed(Path root, String packageFolder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root.resolve(packageFolder))) {
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
