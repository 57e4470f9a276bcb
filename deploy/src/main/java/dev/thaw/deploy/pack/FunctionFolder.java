package dev.thaw.deploy.pack;

import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.JavaPackages;
import dev.thaw.invoker.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder that holds a function, looked at before anything is sent to a server.
 *
 * @param folder absolute
 * @param manifest its {@code function.yaml}
 */
public record FunctionFolder(Path folder, FunctionManifest manifest) {
    /** The manifest's name in the folder. */
    public static final String MANIFEST = "function.yaml";
    private static final long MOST_MANIFEST_BYTES = 64 << 10;

    /** Reads and checks the manifest, and that the handler or program that it names is there. */
    public static FunctionFolder open(Path folder) throws PackageException {
        Path absolute = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw new PackageException(folder + " is not a folder");
        }
        Path file = absolute.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new PackageException(folder + " has no " + MANIFEST + ": write one with at least the fields name, runtime"
                    + " (python3, nodejs, java25, provided, http, stdio or wasi) and handler or command");
        }
        try {
            if (Files.size(file) > MOST_MANIFEST_BYTES) {
                throw new PackageException(file + " is larger than " + MOST_MANIFEST_BYTES + " bytes: is it a manifest?");
            }
            FunctionFolder function = new FunctionFolder(absolute, FunctionManifest.parse(Files.readAllBytes(file)));
            function.checkProgram();
            return function;
        } catch (ManifestException e) {
            throw new PackageException(folder.resolve(MANIFEST) + ": " + e.getMessage());
        } catch (IOException e) {
            throw new PackageException("cannot read " + file + ": " + e.getMessage());
        }
    }

    private void checkProgram() throws PackageException {
        switch (manifest.runtime()) {
            case PYTHON3 -> checkHandler();
            case NODEJS -> checkFile();
            case JAVA25 -> checkClasses();
            case PROVIDED, HTTP, STDIO -> checkCommand(manifest.command().getFirst());
            case WASI -> checkThere("handler", manifest.handler());
        }
    }

    private void checkHandler() throws PackageException {
        String handler = manifest.handler();
        String module = handler.substring(0, handler.lastIndexOf('.')).replace('.', '/');
        if (!Files.isRegularFile(folder.resolve(module + ".py")) && !Files.isDirectory(folder.resolve(module))) {
            throw new PackageException(MANIFEST + ": field 'handler' is '" + handler + "', and there is no " + module + ".py in " + folder);
        }
    }

    private void checkFile() throws PackageException {
        String handler = manifest.handler();
        String file = handler.substring(0, handler.indexOf('.', handler.lastIndexOf('/') + 1));
        if (Stream.of(".mjs", ".js", ".cjs").noneMatch(ending -> Files.isRegularFile(folder.resolve(file + ending)))) {
            throw new PackageException(MANIFEST + ": field 'handler' is '" + handler + "', and there is no " + file
                    + ".mjs, .js or .cjs in " + folder);
        }
    }

    private void checkClasses() throws PackageException {
        if (!JavaPackages.holdClasses(folder)) {
            String build = Files.exists(folder.resolve("pom.xml")) ? "; build it first, with mvn package" : "";
            throw new PackageException(folder + " has neither *.jar, lib/*.jar nor classes/, which runtime java25 takes its classes from" + build);
        }
    }

    private void checkCommand(String program) throws PackageException {
        if (program.startsWith("/") || !program.contains("/")) {
            return; // of the runtime's root filesystem or its PATH: the server knows
        }
        Path file = checkThere("command", program);
        if (!Files.isExecutable(file)) {
            throw new PackageException(MANIFEST + ": field 'command' is '" + program + "', and that file is not executable: chmod +x " + file);
        }
    }

    private Path checkThere(String field, String name) throws PackageException {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder)) {
            throw new PackageException(MANIFEST + ": field '" + field + "' is '" + name + "', and that lies outside the package");
        }
        if (!Files.isRegularFile(file)) {
            String build = Files.exists(folder.resolve("build.sh")) ? "; build it first: " + folder.resolve("build.sh") : "";
            throw new PackageException(MANIFEST + ": field '" + field + "' is '" + name + "', and there is no such file in " + folder + build);
        }
        return file;
    }
}
