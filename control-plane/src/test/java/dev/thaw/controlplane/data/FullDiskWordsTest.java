package dev.thaw.controlplane.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A full disk is known by what the operating system says of it, in whichever language. */
@Timeout(120)
class FullDiskWordsTest {
    /** On which every write finds no room: full(4). */
    private static final Path FULL = Path.of("/dev/full");

    /** Run in a JVM of its own: the words of two failures, and whether they are known. */
    public static void main(String[] arguments) {
        for (IOException failure : List.of(byChannel(), byStream())) {
            System.out.println(FullDisk.caused(new UncheckedIOException(failure)) + " " + failure.getMessage());
        }
    }

    private static IOException byChannel() {
        try (OutputStream out = Files.newOutputStream(FULL, StandardOpenOption.WRITE)) {
            out.write(1);
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("there was room");
    }

    private static IOException byStream() {
        try (OutputStream out = new FileOutputStream(FULL.toFile())) {
            out.write(1);
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("there was room");
    }

    @Test
    void knowsWhatTheSystemSays() throws IOException {
        assertTrue(FullDisk.caused(byChannel()));
        assertTrue(FullDisk.caused(byStream()));
        assertTrue(FullDisk.caused(new IOException(ErrorText.of(122).orElseThrow())), "EDQUOT");
        assertFalse(FullDisk.caused(new IOException(ErrorText.of(5).orElseThrow())), "EIO");
        assertFalse(FullDisk.caused(new IOException()));
    }

    /** The C library's catalogue of another language is taken where there is one, whatever the locale's encoding. */
    @Test
    void knowsItInAnotherLanguage() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/share/locale/de/LC_MESSAGES/libc.mo")), "needs the C library's German texts (libc-l10n)");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), FullDiskWordsTest.class.getName());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("LANGUAGE", "de");
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, process.waitFor());
        Assumptions.assumeFalse(lines.getFirst().contains("No space left"), "the C library speaks English all the same");
        assertEquals(2, lines.size());
        assertTrue(lines.stream().allMatch(line -> line.startsWith("true ")), lines.toString());
    }
}
