package dev.thaw.vmm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Compiles guest programs into {@code target/guest}, each once: the folder's name is the hash of source and command. */
public final class GuestCompiler {
    private static final Path OUTPUT = Path.of("target/guest").toAbsolutePath();

    private GuestCompiler() {}

    /** The program, ready to run; skips the test where it has not been compiled before and its compiler is missing. */
    public static Path compile(GuestSource source, Linkage linkage) {
        String compiler = source.cxx() ? "g++" : linkage.musl() ? "musl-gcc" : "gcc";
        List<String> command = new ArrayList<>(List.of(compiler, "-O1", "-w"));
        command.addAll(linkage.options());
        try {
            Path folder = OUTPUT.resolve(linkage.id() + "-" + hash(source, command));
            Path binary = folder.resolve(source.name());
            if (!Files.exists(binary)) {
                Assumptions.assumeTrue(Needs.command(compiler).isPresent(), compiler + " is not installed");
                Files.createDirectories(folder);
                Path fresh = Files.createTempFile(folder, "building", "");
                command.addAll(List.of("-o", fresh.toString(), source.path().toString()));
                command.addAll(source.flags());
                Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new IllegalStateException(String.join(" ", command) + ":\n" + said);
                }
                Files.move(fresh, binary, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return binary;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String hash(GuestSource source, List<String> command) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(source.path()));
            digest.update(Files.readAllBytes(GuestSource.FOLDER.resolve("guest.h")));
            digest.update((command + "" + source.flags()).getBytes(StandardCharsets.UTF_8));
            return source.name() + "-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
