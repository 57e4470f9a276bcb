package dev.thaw.controlplane.packages;

import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionNames;
import dev.thaw.invoker.JavaPackages;
import dev.thaw.invoker.ManifestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks whether an unpacked package holds what it promises, so that what is missing is said before a VM boots. */
final class PackageCheck {
    static final String MANIFEST = "function.yaml";
    private static final int MAX_MANIFEST_BYTES = 64 << 10;
    /** Where a package lies inside the VM, as on Lambda. */
    private static final String TASK_ROOT = "/var/task/";

    private PackageCheck() {}

    static boolean hasManifest(Path folder) {
        return Files.isRegularFile(folder.resolve(MANIFEST), LinkOption.NOFOLLOW_LINKS);
    }

    /** The manifest's bytes. */
    static byte[] manifestBytes(Path folder) throws IOException, PackageException {
        Path file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new PackageException("the package has no " + MANIFEST + " at its top" + hint(folder));
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] yaml = in.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (yaml.length > MAX_MANIFEST_BYTES) {
                throw new PackageException(MANIFEST + " is larger than " + (MAX_MANIFEST_BYTES >> 10) + " KiB");
            }
            return yaml;
        }
    }

    private static String hint(Path folder) throws IOException {
        try (Stream<Path> top = Files.list(folder)) {
            return top.filter(each -> Files.isRegularFile(each.resolve(MANIFEST), LinkOption.NOFOLLOW_LINKS))
                    .findFirst()
                    .map(each -> "; there is one in '" + each.getFileName() + "': zip what is in that folder, not the folder")
                    .orElse("");
        }
    }

    /** Parses the manifest of the function that is to be called {@code name}, and looks for its handler in {@code folder}. */
    static FunctionManifest check(String name, byte[] yaml, Path folder) throws PackageException, IOException {
        FunctionManifest manifest;
        try {
            manifest = FunctionManifest.parse(yaml);
        } catch (ManifestException e) {
            throw new PackageException(e.getMessage().startsWith(MANIFEST) ? e.getMessage() : MANIFEST + ": " + e.getMessage(), e);
        }
        if (!manifest.name().equals(FunctionNames.plain(name))) {
            throw new PackageException(MANIFEST + " names the function '" + manifest.name() + "', the request '" + FunctionNames.plain(name)
                    + "': deploy it under its own name or change 'name'");
        }
        switch (manifest.runtime()) {
            case PYTHON3 -> checkModule(manifest.handler(), folder);
            case NODEJS -> checkFile(manifest.handler(), folder);
            case JAVA25 -> checkClasses(folder);
            case PROVIDED, HTTP, STDIO -> checkCommand(manifest.command(), folder);
            case WASI -> ModuleCheck.check(manifest.handler(), folder);
        }
        return manifest.named(name);
    }

    private static void checkModule(String handler, Path folder) throws PackageException {
        int dot = handler.lastIndexOf('.');
        if (dot <= 0) {
            throw new PackageException(MANIFEST + " names handler '" + handler + "', which is not of the form module.function");
        }
        String module = handler.substring(0, dot).replace('.', '/');
        if (!mayExist(folder, module + ".py") && !mayExist(folder, module + "/__init__.py")) {
            throw new PackageException(MANIFEST + " names handler '" + handler + "' but the package has no " + module + ".py");
        }
    }

    /** Node's handler: {@code folder/file.function}, and what an export may be nested in. */
    private static void checkFile(String handler, Path folder) throws PackageException {
        String file = handler.substring(0, handler.indexOf('.', handler.lastIndexOf('/') + 1));
        for (String ending : List.of(".mjs", ".js", ".cjs")) {
            if (mayExist(folder, file + ending)) {
                return;
            }
        }
        throw new PackageException(MANIFEST + " names handler '" + handler + "' but the package has no " + file + ".mjs, .js or .cjs");
    }

    /** What a Java function's class path is made of; whether the handler is in it, the JVM will know. */
    private static void checkClasses(Path folder) throws PackageException {
        if (!JavaPackages.holdClasses(folder) && !holdsClassFile(folder)) {
            throw new PackageException(
                    "the package has neither *.jar, lib/*.jar nor classes/ at its top, nor a class file, which runtime java25 takes its classes from");
        }
    }

    /** A jar uploaded as the zip that it is: its top is on the class path too. */
    private static boolean holdsClassFile(Path folder) throws PackageException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.anyMatch(each -> each.toString().endsWith(".class") && Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new PackageException("the package cannot be read again: " + e.getMessage(), e);
        }
    }

    private static void checkCommand(List<String> command, Path folder) throws PackageException {
        String program = command.isEmpty() ? "bootstrap" : command.getFirst();
        boolean inPackage = program.startsWith(TASK_ROOT) || (!program.startsWith("/") && (program.contains("/") || command.isEmpty()));
        String path = program.startsWith(TASK_ROOT) ? program.substring(TASK_ROOT.length()) : program;
        if (inPackage && !mayExist(folder, path)) {
            throw new PackageException(MANIFEST + " names command '" + program + "' but the package has no " + path);
        }
        if (!program.startsWith("/") || inPackage) {
            checkExecutable(program, path, folder);
        }
    }

    private static void checkExecutable(String program, String path, Path folder) throws PackageException {
        Path file = folder.resolve(path);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !Files.isExecutable(file)) {
            throw new PackageException(MANIFEST + " names command '" + program + "' but " + path
                    + " is not executable: chmod +x it, and pack it with a zip that keeps unix modes");
        }
    }

    /** Whether the package has the file, or a symbolic link on the way to it, which only the VM can follow safely. */
    private static boolean mayExist(Path folder, String relative) throws PackageException {
        try {
            Path at = folder;
            for (Path component : Path.of(relative).normalize()) {
                at = at.resolve(component);
                if (Files.isSymbolicLink(at)) {
                    return true;
                }
                if (component.toString().equals("..") || !Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                    return false;
                }
            }
            return Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            throw new PackageException(MANIFEST + " names '" + EntryName.quote(relative) + "', which is not a path", e);
        }
    }
}
