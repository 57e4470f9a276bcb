package dev.thaw.vmm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A program in {@code src/test/guest}. Its first comment says what it shows and how to build and start it: {@code behaviour},
 * {@code linkages}, and optionally {@code arguments}, {@code environment}, {@code stdin}, {@code flags}, one a line. In arguments
 * {@code \s} is a space, {@code \0} the empty string, and {@code @many} a hundred thousand bytes of words.
 */
public record GuestSource(
        String name, Path path, String behaviour, List<Linkage> linkages, List<String> arguments, List<String> environment,
        byte[] stdin, List<String> flags) {
    /** Where the sources lie; the tests run in the module's folder. */
    public static final Path FOLDER = Path.of("src/test/guest");

    public static GuestSource read(Path path) {
        try {
            String text = Files.readString(path);
            if (!text.startsWith("/* behaviour:")) {
                throw new IllegalArgumentException(path + " does not begin with what it shows");
            }
            String header = text.substring(3, text.indexOf("*/"));
            String file = path.getFileName().toString();
            return new GuestSource(file.substring(0, file.indexOf('.')), path, field(header, "behaviour"),
                    words(header, "linkages").stream().filter(l -> !l.equals("none")).map(Linkage::of).toList(),
                    words(header, "arguments"), words(header, "environment"),
                    field(header, "stdin").replace("\\n", "\n").getBytes(StandardCharsets.UTF_8), words(header, "flags"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The named source, without its suffix and below {@link #FOLDER}. */
    public static GuestSource named(String name) {
        return read(FOLDER.resolve(name + ".c"));
    }

    /** All programs of a folder below {@link #FOLDER} ("" for itself). */
    public static List<GuestSource> all(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(".c") || f.toString().endsWith(".cc")).sorted()
                    .map(GuestSource::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean cxx() {
        return path.toString().endsWith(".cc");
    }

    private static String field(String header, String name) {
        return header.lines().map(String::strip).filter(l -> l.startsWith(name + ":")).findFirst()
                .map(l -> l.substring(name.length() + 1).strip()).orElse("");
    }

    private static List<String> words(String header, String name) {
        return Arrays.stream(field(header, name).split(" +")).filter(w -> !w.isEmpty()).flatMap(GuestSource::word).toList();
    }

    private static Stream<String> word(String word) {
        if (word.equals("@many")) {
            return IntStream.range(0, 2000).mapToObj(i -> "NAME" + i + "=" + "v".repeat(40 + i % 7));
        }
        return Stream.of(word.equals("\\0") ? "" : word.replace("\\s", " "));
    }
}
