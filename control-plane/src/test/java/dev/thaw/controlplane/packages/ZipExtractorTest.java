package dev.thaw.controlplane.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipExtractorTest {
    @TempDir
    private Path temporary;

    private Path extract(byte[] zip) throws IOException, PackageException {
        Path folder = Files.createDirectory(temporary.resolve("out"));
        ZipExtractor.extract(Files.write(temporary.resolve("in.zip"), zip), folder);
        return folder;
    }

    private String refusal(Zips zip) throws IOException {
        String message = assertThrows(PackageException.class, () -> extract(zip.bytes())).getMessage();
        try (Stream<Path> all = Files.list(temporary)) {
            assertEquals(2, all.count(), "nothing appears beside the folder");
        }
        return message;
    }

    @Test
    void keepsFilesFoldersLinksAndTheExecutableBit() throws Exception {
        Path folder = extract(new Zips().folder("lib/").file("lib/a.txt", "a").executable("run", "#!").link("current", "lib/a.txt")
                .file("deep/er/b", "").bytes());
        assertEquals("a", Files.readString(folder.resolve("lib/a.txt")));
        assertEquals(0, Files.size(folder.resolve("deep/er/b")));
        assertEquals("rwxr-xr-x", mode(folder.resolve("run")));
        assertEquals("rw-r--r--", mode(folder.resolve("lib/a.txt")));
        assertEquals(Path.of("lib/a.txt"), Files.readSymbolicLink(folder.resolve("current")));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void dropsSetuidAndWriteBitsOfOthers() throws Exception {
        Path folder = extract(new Zips().entry("su", 0106777, 0, new byte[] {1}).bytes());
        assertEquals("rwxr-xr-x", mode(folder.resolve("su")));
        assertEquals(0, (int) Files.getAttribute(folder.resolve("su"), "unix:mode") & 07000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out-of-it", "a/../../b", "/etc/passwd", "a//b", "./a", "..", "a/./b", "nul\0in", "line\nbreak"})
    void refusesNamesThatLeadOutOrBreakLines(String name) throws IOException {
        String message = refusal(new Zips().file(name, "x"));
        assertTrue(message.startsWith("zip entry '"), message);
        assertFalse(message.contains("\n") || message.contains("\0"), message);
    }

    @Test
    void refusesToWriteThroughALink() throws IOException {
        assertEquals("zip entry 'd/passwd' lies below 'd', which is not a folder",
                refusal(new Zips().link("d", "/etc").file("d/passwd", "x")));
        assertFalse(Files.exists(Path.of("/etc/d"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void refusesToReplaceALinkByAFile() throws IOException {
        Path outside = temporary.resolve("in.zip");
        assertEquals("zip entry 'f' comes twice", refusal(new Zips().link("f", outside.toString()).file("f", "x")));
        assertTrue(Files.size(outside) > 1);
    }

    @Test
    void refusesAnEntryThatComesTwice() throws IOException {
        assertEquals("zip entry 'a' comes twice", refusal(new Zips().file("a", "1").file("a", "2")));
    }

    @Test
    void refusesAFileThatIsAlsoAFolder() throws IOException {
        assertEquals("zip entry 'a/b' lies below 'a', which is not a folder", refusal(new Zips().file("a", "1").file("a/b", "2")));
    }

    @Test
    void refusesDevices() throws IOException {
        assertEquals("zip entry 'null' is neither a file, a folder nor a symbolic link",
                refusal(new Zips().entry("null", 0020666, 0, new byte[0])));
    }

    @Test
    void refusesEncryptedEntries() throws IOException {
        assertEquals("zip entry 'secret' is encrypted; packages are not", refusal(new Zips().entry("secret", 0100644, 1, new byte[] {1, 2})));
    }

    @Test
    void refusesAnEntryWithAWrongChecksum() throws IOException {
        assertEquals("zip entry 'a' is damaged: its length or checksum is wrong",
                refusal(new Zips().entry("a", 0100644, 0, Zips.deflate(new byte[] {1}), 1, 12345)));
    }

    @Test
    void refusesAnEntryLongerThanItClaims() throws IOException {
        String message = refusal(new Zips().entry("a", 0100644, 0, Zips.deflate(new byte[100_000]), 10, 0));
        assertTrue(message.startsWith("zip entry 'a' is damaged"), message);
    }

    @Test
    void refusesAnEntryThatIsNoDeflateStream() throws IOException {
        String message = refusal(new Zips().entry("a", 0100644, 0, new byte[] {(byte) 0xff, (byte) 0xff, 3, 4}, 100, 0));
        assertTrue(message.startsWith("zip entry 'a' is damaged"), message);
    }

    @Test
    void refusesABombByWhatItUnpacksTo() throws IOException {
        String message = refusal(new Zips().entry("bomb", 0100644, 0, new byte[64 << 20]));
        assertTrue(message.startsWith("zip entry 'bomb' unpacks beyond what a package may hold"), message);
    }

    @Test
    void refusesMoreEntriesThanAreAllowed() throws IOException {
        Zips zip = new Zips();
        byte[] empty = Zips.deflate(new byte[0]);
        for (int i = 0; i <= ZipExtractor.MAX_ENTRIES; i++) {
            zip.entry("f" + i, 0100644, 0, empty, 0, 0);
        }
        assertEquals("the zip has more than 65536 entries", refusal(zip));
    }

    @Test
    void refusesADirectoryThatWouldFillTheMemory() throws IOException {
        Zips zip = new Zips();
        byte[] empty = Zips.deflate(new byte[0]);
        String name = "n".repeat(60_000);
        for (int i = 0; i < 600; i++) {
            zip.entry(name + i, 0100644, 0, empty, 0, 0);
        }
        assertEquals("the body is not a zip that can be read: its directory is longer than 32 MiB", refusal(zip));
    }

    @Test
    void refusesALinkWithATargetThatIsNone() throws IOException {
        assertEquals("zip entry 'l' is a symbolic link without a target", refusal(new Zips().link("l", "")));
    }

    @Test
    void refusesWhatIsNoZip() throws IOException {
        for (byte[] bytes : new byte[][] {{}, "hello".getBytes(), new byte[100_000]}) {
            Files.deleteIfExists(temporary.resolve("out"));
            String message = assertThrows(PackageException.class, () -> extract(bytes)).getMessage();
            assertTrue(message.startsWith("the body is not a zip that can be read"), message);
        }
    }

    @Test
    void refusesOrReadsEveryTruncationAndEveryFlippedByte() throws Exception {
        byte[] zip = new Zips().folder("d/").file("d/a", "some text, some text").link("l", "d/a").bytes();
        Path folder = temporary.resolve("fuzzed");
        for (int i = 0; i < zip.length; i++) {
            byte[] flipped = zip.clone();
            flipped[i] ^= (byte) 0xff;
            for (byte[] bytes : new byte[][] {java.util.Arrays.copyOf(zip, i), flipped}) {
                Files.createDirectory(folder);
                try {
                    ZipExtractor.extract(Files.write(temporary.resolve("in.zip"), bytes), folder);
                } catch (PackageException _) {
                    // Refused; nothing else may be thrown.
                }
                Trees.delete(folder);
            }
        }
    }
}
