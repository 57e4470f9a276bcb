package dev.thaw.deploy.pack;

import dev.thaw.deploy.Reason;
import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.JavaPackages;
import dev.thaw.invoker.ManifestException;
import dev.thaw.invoker.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern FIELD = Pattern.compile("field '([^']+)'");
    private static final long MOST_MANIFEST_BYTES = 64 << 10;

    /** Reads and checks the manifest, and that the handler or program that it names is there. */
    public static FunctionFolder open(Path folder) throws PackageException {
        FunctionFolder function = read(folder);
        function.checkProgram();
        return function;
    }

    /** Reads and checks the manifest; what it names may have to be built first. */
    public static FunctionFolder read(Path folder) throws PackageException {
        Path absolute = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw new PackageException(folder + " is not a folder");
        }
        Path file = absolute.resolve(MANIFEST);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
            throw new PackageException(file + (Files.isSymbolicLink(file) ? " is a link that leads to no file" : " is not a file") + ": put the manifest there");
        }
        if (!Files.isRegularFile(file)) {
            throw new PackageException(folder + " has no " + MANIFEST + ": write one with at least the fields name, runtime"
                    + " (python3, nodejs, java25, provided, http, stdio or wasi) and handler or command, or begin with `thaw init`");
        }
        try {
            if (Files.size(file) > MOST_MANIFEST_BYTES) {
                throw new PackageException(file + " is larger than " + MOST_MANIFEST_BYTES + " bytes: is it a manifest?");
            }
            return new FunctionFolder(absolute, FunctionManifest.parse(Files.readAllBytes(file)));
        } catch (ManifestException e) {
            throw new PackageException(folder.resolve(MANIFEST) + line(file, e.getMessage()) + ": " + e.getMessage());
        } catch (IOException e) {
            throw new PackageException(file + " cannot be read: " + Reason.of(e));
        }
    }

    /** The line on which the field of a complaint begins, as far as that can be told; fields stand at the beginnings of lines. */
    private static String line(Path file, String complaint) {
        Matcher field = FIELD.matcher(complaint);
        if (!field.find()) {
            return "";
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            int at = -1;
            for (String part : field.group(1).split("\\.", 2)) {
                Pattern beginning = Pattern.compile((at < 0 ? "" : "\\s+") + "[\"']?" + Pattern.quote(part) + "[\"']?\\s*:.*");
                do {
                    at++;
                } while (at < lines.size() && !beginning.matcher(lines.get(at)).matches());
            }
            return at < lines.size() ? " line " + (at + 1) : "";
        } catch (IOException e) {
            return ""; // it was read a moment ago; the complaint stands without the line
        }
    }

    /** The file of the folder that is the function: its program or module; empty where it is not one file, or not of the folder. */
    public Optional<Path> program() {
        String name = switch (manifest.runtime()) {
            case PYTHON3, NODEJS, JAVA25 -> "/";
            case PROVIDED, HTTP, STDIO -> manifest.command().getFirst();
            case WASI -> manifest.handler();
        };
        boolean inside = !name.startsWith("/") && (name.contains("/") || manifest.runtime() == Runtime.WASI);
        return Optional.of(folder.resolve(name).normalize()).filter(file -> inside && file.startsWith(folder));
    }

    /** What is packed: path inside the package -> file, by path. */
    public SortedMap<String, Path> contents() throws IOException, PackageException {
        SortedMap<String, Path> contents = PackageZip.contents(folder);
        if (manifest.runtime() == Runtime.JAVA25) {
            MavenOutput.add(folder, contents);
        }
        return contents;
    }

    /** Checks that the handler or program that the manifest names is there. */
    public void checkProgram() throws PackageException {
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
        if (!JavaPackages.holdClasses(folder) && MavenOutput.classes(folder).isEmpty()) {
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
