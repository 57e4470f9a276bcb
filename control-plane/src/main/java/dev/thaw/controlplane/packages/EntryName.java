package dev.thaw.controlplane.packages;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The checked name of a zip entry: one or more components, none of which leads out of the package.
 *
 * @param components neither empty nor {@code .} nor {@code ..}, without slashes and control characters
 */
record EntryName(List<String> components) {
    /** Below Linux's PATH_MAX of 4096 bytes (limits.h) in UTF-8, with room for the folder's own path. */
    private static final int MAX_CHARS = 1024;
    /** Linux's NAME_MAX, limits.h. */
    private static final int MAX_COMPONENT_BYTES = 255;
    private static final int MAX_DEPTH = 64;

    static EntryName parse(String name) throws PackageException {
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        if (path.startsWith("/")) {
            throw bad(name, "is an absolute path; a package holds relative ones");
        }
        if (path.length() > MAX_CHARS) {
            throw bad(name, "is longer than " + MAX_CHARS + " characters");
        }
        if (path.chars().anyMatch(Character::isISOControl)) {
            throw bad(name, "holds a control character");
        }
        List<String> components = List.of(path.split("/", -1));
        if (components.size() > MAX_DEPTH) {
            throw bad(name, "lies deeper than " + MAX_DEPTH + " folders");
        }
        for (String component : components) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                throw bad(name, "has an empty, '.' or '..' component, which could lead out of the package");
            }
            if (component.getBytes(StandardCharsets.UTF_8).length > MAX_COMPONENT_BYTES) {
                throw bad(name, "has a component longer than " + MAX_COMPONENT_BYTES + " bytes");
            }
        }
        return new EntryName(components);
    }

    /** The names of the folders above it, from the top. */
    List<EntryName> parents() {
        return java.util.stream.IntStream.range(1, components.size())
                .mapToObj(depth -> new EntryName(components.subList(0, depth))).toList();
    }

    Path below(Path folder) throws PackageException {
        try {
            return folder.resolve(String.join("/", components));
        } catch (InvalidPathException e) {
            throw new PackageException("zip entry " + this + " cannot be a file name on this server: start it in a UTF-8 locale"
                    + " (LC_ALL=C.UTF-8) or use ASCII names", e);
        }
    }

    private static PackageException bad(String name, String reason) {
        return new PackageException("zip entry " + quote(name) + " " + reason);
    }

    /** A name for messages: bounded, and without characters that could break a line. */
    static String quote(String name) {
        String bounded = name.length() <= 120 ? name : name.substring(0, 120) + "…";
        StringBuilder quoted = new StringBuilder("'");
        bounded.chars().forEach(c -> quoted.append(Character.isISOControl(c) ? '?' : (char) c));
        return quoted.append('\'').toString();
    }

    @Override
    public String toString() {
        return quote(String.join("/", components));
    }
}
