package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.pack.FunctionFolder;
import dev.thaw.deploy.pack.PackageException;
import dev.thaw.deploy.pack.PackageZip;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Checks, packs and uploads a folder: what {@code deploy} and {@code dev} have in common.
 *
 * @param name of the function
 * @param answer what the server says of it
 * @param millis from reading the folder to the server's answer
 */
record Deployment(String name, JsonNode answer, long millis) {
    /** Fails with a {@link Failure} when the folder is wrong or the server refuses. */
    static Deployment of(Path folder, ThawClient client, Terminal terminal) {
        long started = System.nanoTime();
        try {
            FunctionFolder function = FunctionFolder.open(folder);
            String name = function.manifest().name();
            try (PackageZip zip = PackageZip.of(function.folder());
                    Progress progress = Progress.of(terminal, "preparing " + name + " (" + zip.files() + " files, " + size(zip.bytes()) + ")")) {
                return new Deployment(name, client.deploy(name, zip.file()), (System.nanoTime() - started) / 1_000_000);
            }
        } catch (PackageException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "cannot pack " + folder + ": " + e.getMessage());
        }
    }

    /** One line for the person who deployed. */
    String summary() {
        return "deployed %s version %s, snapshot ready after %.1f s".formatted(name, answer.path("version").asText("?"), millis / 1000.0);
    }

    private static String size(long bytes) {
        return bytes < 10_000 ? bytes + " B" : bytes < 10_000_000 ? bytes / 1000 + " kB" : bytes / 1_000_000 + " MB";
    }
}
