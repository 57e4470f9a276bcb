package dev.thaw.deploy.pack;

import dev.thaw.invoker.FunctionManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** Whether the function that the manifest names seems to be in its file. Languages have many ways to define one, so this only warns. */
final class HandlerCheck {
    private static final long MOST_SOURCE = 1 << 20;

    private HandlerCheck() {}

    static Optional<String> of(FunctionFolder function, SortedMap<String, Path> contents) throws IOException {
        String handler = function.manifest().handler();
        int dot = handler.indexOf('.', handler.lastIndexOf('/') + 1);
        return switch (function.manifest().runtime()) {
            case PYTHON3 -> {
                String module = handler.substring(0, handler.lastIndexOf('.')).replace('.', '/');
                yield source(sources(function.manifest()), contents)
                        .filter(source -> !mentions(source, handler.substring(handler.lastIndexOf('.') + 1)))
                        .map(_ -> missing(handler, module + ".py"));
            }
            case NODEJS -> source(sources(function.manifest()), contents)
                    .filter(source -> !mentions(source, handler.substring(handler.lastIndexOf('.') + 1)))
                    .map(_ -> missing(handler, handler.substring(0, dot)));
            case JAVA25 -> hasClass(handler.replaceAll("::.*", "").replace('.', '/'), contents) ? Optional.empty()
                    : Optional.of(FunctionFolder.MANIFEST + ": field 'handler' is '" + handler + "', and no such class is in the package");
            case PROVIDED, HTTP, STDIO, WASI -> Optional.empty();
        };
    }

    /** Paths, one of which holds the handler; none where that is no source file. */
    static List<String> sources(FunctionManifest manifest) {
        String handler = manifest.handler();
        return switch (manifest.runtime()) {
            case PYTHON3 -> {
                String module = handler.substring(0, handler.lastIndexOf('.')).replace('.', '/');
                yield List.of(module + ".py", module + "/__init__.py");
            }
            case NODEJS -> {
                String file = handler.substring(0, handler.indexOf('.', handler.lastIndexOf('/') + 1));
                yield List.of(file + ".mjs", file + ".js", file + ".cjs");
            }
            case JAVA25, PROVIDED, HTTP, STDIO, WASI -> List.of();
        };
    }

    private static String missing(String handler, String file) {
        return FunctionFolder.MANIFEST + ": field 'handler' is '" + handler + "', and " + file + " does not seem to define it";
    }

    private static Optional<String> source(List<String> candidates, SortedMap<String, Path> contents) throws IOException {
        for (String candidate : candidates) {
            Path file = contents.get(candidate);
            if (file != null && Files.isRegularFile(file) && Files.size(file) <= MOST_SOURCE) {
                return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return Optional.empty();
    }

    private static boolean mentions(String source, String name) {
        // "from x import *" and "export * from" may bring it
        return Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])|import\\s+\\*|export\\s+\\*|require\\(").matcher(source).find();
    }

    private static boolean hasClass(String path, SortedMap<String, Path> contents) throws IOException {
        if (contents.containsKey("classes/" + path + ".class") || contents.containsKey(path + ".class")) {
            return true;
        }
        for (var entry : contents.entrySet()) {
            if (entry.getKey().endsWith(".jar") && Files.isRegularFile(entry.getValue())) {
                try (ZipFile jar = new ZipFile(entry.getValue().toFile())) {
                    // a class inside a class is written with a dot by some
                    if (jar.getEntry(path + ".class") != null) {
                        return true;
                    }
                } catch (java.util.zip.ZipException e) {
                    return true; // not ours to judge
                }
            }
        }
        return false;
    }
}
