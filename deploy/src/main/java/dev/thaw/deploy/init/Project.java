package dev.thaw.deploy.init;

import dev.thaw.deploy.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A new function's folder.
 *
 * @param template what it begins as
 * @param folder   where; made when it is not there
 * @param name     of the function
 */
public record Project(Template template, Path folder, String name) {
    private static final String RESOURCES = "/dev/thaw/deploy/templates/";

    /**
     * Writes the files; overwrites none. Fails before the first is written when one is there, or when the folder holds anything and
     * {@code besides} was not said.
     *
     * @param server for the README
     * @return the paths written, from the folder
     */
    public List<String> write(String server, boolean besides) throws IOException {
        List<String> there = template.files().stream().filter(file -> Files.exists(folder.resolve(file))).toList();
        if (!there.isEmpty()) {
            throw new Failure(Failure.FAILED, folder + " has " + String.join(", ", there) + " already, and nothing is overwritten: choose another folder");
        }
        if (!besides && Files.isDirectory(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new Failure(Failure.FAILED, folder + " is not empty: choose another folder, or add --force to write beside what is there");
                }
            }
        }
        Map<String, String> words = Map.of("@name@", name, "@package@", packageName(), "@server@", server);
        for (String file : template.files()) {
            Path to = folder.resolve(file);
            Files.createDirectories(to.getParent());
            Files.writeString(to, filled(resource(file), words), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        return template.files();
    }

    /** As npm, Maven and Go take names: npm has no capitals, and none begins with _ or -. */
    private String packageName() {
        String lower = name.toLowerCase(Locale.ROOT).replaceAll("^[^a-z0-9]+", "");
        return lower.isEmpty() ? "function" : lower;
    }

    /** A file as it lies among the resources, where a dot-file would be one of this tree's own. */
    private String resource(String file) throws IOException {
        String stored = file.startsWith(".") ? "dot-" + file.substring(1) : file;
        try (InputStream in = Project.class.getResourceAsStream(RESOURCES + template.label() + "/" + stored)) {
            if (in == null) {
                throw new IOException("template " + template.label() + " lacks its " + stored);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String filled(String text, Map<String, String> words) {
        String filled = text;
        for (var word : words.entrySet()) {
            filled = filled.replace(word.getKey(), word.getValue());
        }
        return filled;
    }
}
