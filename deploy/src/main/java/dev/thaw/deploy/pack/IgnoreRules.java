package dev.thaw.deploy.pack;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * Which files of a function's folder stay out of its package: {@code .git}, {@code .thaw} and {@code __pycache__} always,
 * and what {@code .thawignore} names.
 *
 * <p>A line of {@code .thawignore} is a glob ({@code * ? [a-z] {a,b} **}) or a comment after {@code #}. With a slash inside
 * it is matched against the path from the folder, without one against the name of every file; a slash at the end makes
 * it mean folders only.
 */
public final class IgnoreRules {
    /** The file of rules in a function's folder; not packed itself. */
    public static final String FILE = ".thawignore";
    private static final Set<String> ALWAYS = Set.of(".git", ".thaw", "__pycache__", FILE);
    private static final int MOST_RULES = 1000;

    private record Rule(PathMatcher matcher, boolean wholePath, boolean foldersOnly) {
        boolean covers(Path relative, boolean folder) {
            return (folder || !foldersOnly) && matcher.matches(wholePath ? relative : relative.getFileName());
        }
    }

    private final List<Rule> rules;

    private IgnoreRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Rules of a folder; the fixed ones alone when it has no {@code .thawignore}. */
    public static IgnoreRules of(Path folder) throws IOException, PackageException {
        Path file = folder.resolve(FILE);
        List<Rule> rules = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            List<String> lines = lines(file);
            if (lines.size() > MOST_RULES) {
                throw new PackageException(file + " has " + lines.size() + " lines; at most " + MOST_RULES + " are read");
            }
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    rules.add(rule(line, file + " line " + (i + 1)));
                }
            }
        }
        return new IgnoreRules(rules);
    }

    private static List<String> lines(Path file) throws IOException, PackageException {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new PackageException(file + " is not UTF-8 text: save it as that, or remove it");
        }
    }

    private static Rule rule(String line, String place) throws PackageException {
        boolean foldersOnly = line.endsWith("/");
        String glob = foldersOnly ? line.substring(0, line.length() - 1) : line;
        boolean wholePath = glob.contains("/");
        if (glob.startsWith("/")) {
            glob = glob.substring(1);
        }
        try {
            return new Rule(FileSystems.getDefault().getPathMatcher("glob:" + glob), wholePath, foldersOnly);
        } catch (PatternSyntaxException e) {
            throw new PackageException(place + ": '" + line + "' is no glob: " + e.getDescription());
        }
    }

    /** Whether a file stays out, by its own name or path or by that of a folder above it. */
    boolean keepOut(Path relative) {
        for (int names = 1; names <= relative.getNameCount(); names++) {
            if (ignores(relative.subpath(0, names), names < relative.getNameCount())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a file stays out; of a folder that does, all that is in it does too.
     *
     * @param relative path from the function's folder, not empty
     */
    public boolean ignores(Path relative, boolean folder) {
        return ALWAYS.contains(relative.getFileName().toString())
                || rules.stream().anyMatch(rule -> rule.covers(relative, folder));
    }
}
