package dev.thaw.deploy.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.thaw.deploy.pack.PackageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds with npm: the dependencies of {@code package.json}, and its script {@code build} where there is one. */
final class Npm {
    private static final String INSTALL = "apt install npm, or https://nodejs.org";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Npm() {}

    static Optional<Build> build(Path folder) throws IOException, PackageException {
        Path description = folder.resolve("package.json");
        if (!Files.isRegularFile(description)) {
            return Optional.empty();
        }
        JsonNode json;
        try {
            json = JSON.readTree(Files.readAllBytes(description));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new PackageException(description + " line " + e.getLocation().getLineNr() + " is not JSON: " + e.getOriginalMessage());
        }
        boolean script = json.path("scripts").has("build");
        boolean dependencies = !json.path("dependencies").isEmpty();
        boolean tools = script && !json.path("devDependencies").isEmpty();
        if (!script && !dependencies) {
            return Optional.empty();
        }
        boolean locked = Files.isRegularFile(folder.resolve("package-lock.json"));
        List<BuildStep> steps = new ArrayList<>();
        if (dependencies || tools) {
            // without a lock npm ci refuses; the lock is the user's to make, so none is written
            List<String> install = new ArrayList<>(locked ? List.of("npm", "ci") : List.of("npm", "install", "--no-package-lock"));
            install.addAll(List.of("--no-audit", "--no-fund", "--loglevel=error"));
            if (!tools) {
                install.add("--omit=dev");
            }
            steps.add(new BuildStep(install, folder, Map.of(), INSTALL));
        }
        if (script) {
            steps.add(new BuildStep(List.of("npm", "run", "--silent", "build"), folder, Map.of(), INSTALL));
        }
        if (tools) {
            List<String> prune = new ArrayList<>(List.of("npm", "prune", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"));
            if (!locked) {
                prune.add("--no-package-lock");
            }
            steps.add(new BuildStep(prune, folder, Map.of(), INSTALL));
        }
        return Optional.of(new Build("npm", steps, !script && installed(folder), Optional.empty()));
    }

    /** npm writes this file last. */
    private static boolean installed(Path folder) throws IOException {
        Path mark = folder.resolve("node_modules/.package-lock.json");
        for (String name : List.of("package.json", "package-lock.json")) {
            Path file = folder.resolve(name);
            if (!Files.exists(mark) || Files.exists(file) && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(mark)) > 0) {
                return false;
            }
        }
        return true;
    }
}
