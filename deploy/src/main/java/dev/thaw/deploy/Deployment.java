package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.build.Build;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.diff.PackageDiff;
import dev.thaw.deploy.pack.Checks;
import dev.thaw.deploy.pack.FunctionFolder;
import dev.thaw.deploy.pack.IgnoreRules;
import dev.thaw.deploy.pack.PackageException;
import dev.thaw.deploy.pack.PackageZip;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Builds, checks, compares, packs and uploads a folder: what {@code deploy} and {@code dev} have in common.
 *
 * @param name     of the function
 * @param answer   what the server says of it; empty when nothing was uploaded
 * @param before   what the server said of it before, if it was there
 * @param diff     what changes, where there was something before
 * @param warnings of the checks
 * @param millis   from reading the folder to the server's answer
 */
record Deployment(String name, Optional<JsonNode> answer, Optional<JsonNode> before, Optional<PackageDiff> diff, List<String> warnings, long millis) {
    /**
     * How.
     *
     * @param build  whether what has to be built is
     * @param force  whether a version is made though nothing changes
     * @param dryRun whether nothing is uploaded
     */
    record Wish(boolean build, boolean force, boolean dryRun) {}

    /** Fails with a {@link Failure} when the folder is wrong or the server refuses. Warnings are said at once. */
    static Deployment of(Path folder, Wish wish, ThawClient client, Terminal terminal) {
        long started = System.nanoTime();
        try {
            FunctionFolder function = built(folder, wish.build(), terminal);
            String name = function.manifest().name();
            SortedMap<String, Path> contents = function.contents();
            List<String> warnings = Checks.of(function, contents);
            warnings.forEach(warning -> terminal.err().println(terminal.yellow("thaw: warning: " + warning)));
            FunctionsClient functions = new FunctionsClient(client);
            Optional<JsonNode> before = functions.find(name);
            Optional<JsonNode> packaged = before.isEmpty() ? Optional.empty() : functions.files(name);
            Optional<PackageDiff> diff = packaged.isEmpty() ? Optional.empty()
                    : Optional.of(PackageDiff.of(packaged.get(), function.manifest(), contents));
            boolean same = diff.isPresent() && diff.get().isEmpty() && before.get().path("state").asText().equals("Active");
            if (wish.dryRun() || same && !wish.force()) {
                return new Deployment(name, Optional.empty(), before, diff, warnings, millisSince(started));
            }
            try (PackageZip zip = PackageZip.of(contents);
                    Progress progress = Progress.of(terminal, "preparing " + name + " (" + zip.files() + " files, " + Sizes.text(zip.bytes()) + ")")) {
                JsonNode answer = client.deploy(name, zip.file(), wish.force(), before.map(was -> was.path("revisionId").asText()));
                return new Deployment(name, Optional.of(answer), before, diff, warnings, millisSince(started));
            }
        } catch (PackageException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        } catch (FileSystemException e) {
            throw new Failure(Failure.FAILED, "cannot pack " + folder + ": " + e.getFile() + " cannot be read: " + Reason.of(e)
                    + "; correct that, or name it in " + IgnoreRules.FILE + " if the function does not need it");
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "cannot pack " + folder + ": " + e.getMessage());
        }
    }

    private static long millisSince(long started) {
        return (System.nanoTime() - started) / 1_000_000;
    }

    private static FunctionFolder built(Path folder, boolean build, Terminal terminal) throws IOException, PackageException {
        FunctionFolder function = FunctionFolder.read(folder);
        if (build) {
            Optional<Build> how = Build.of(function);
            if (how.isPresent()) {
                how.get().run(terminal);
            }
        }
        function.checkProgram();
        return function;
    }

    /** One line for the person who deployed. */
    String summary() {
        String was = before.map(present -> present.path("version").asText("?")).orElse("");
        if (answer.isPresent()) {
            String version = answer.get().path("version").asText("?");
            String changes = diff.map(what -> " (was " + was + "; " + what.summary() + ")").orElse("");
            return "deployed %s version %s%s, snapshot ready after %.1f s".formatted(name, version, changes, millis / 1000.0);
        }
        if (diff.isEmpty()) {
            return "would deploy " + name + ", which is not there yet";
        }
        return diff.get().isEmpty() ? name + " is version " + was + " already, nothing was changed; --force makes a new version of it"
                : "would replace " + name + " version " + was + ": " + diff.get().summary();
    }

    /** For machines: what the server says, the changes and the warnings. */
    ObjectNode json() {
        ObjectNode json = answer.or(() -> before).map(said -> (ObjectNode) said.deepCopy()).orElseGet(() -> FunctionsClient.object().put("name", name));
        json.put("deployed", answer.isPresent());
        diff.ifPresent(what -> json.set("changes", what.json()));
        var all = json.putArray("warnings");
        warnings.forEach(all::add);
        return json;
    }
}
