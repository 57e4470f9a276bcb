package dev.thaw.deploy.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Looks at what is to be packed for what would fail at the server, or should not get there. */
public final class Checks {
    /** The server's own limit, of the zip and of what it holds: Lambda's quota of an unpacked package. */
    private static final long MOST_BYTES = 250L << 20;
    /** Names under which keys and passwords usually lie. */
    private static final Pattern SECRET = Pattern.compile("\\.env(\\..+)?|id_(rsa|dsa|ecdsa|ed25519)|\\.netrc|\\.npmrc|\\.pypirc|\\.pgpass"
            + "|.*\\.(p12|pfx|jks|keystore|kdbx)|credentials|service-account.*\\.json");
    /** Names under which certificates lie, and keys sometimes. */
    private static final Pattern MAYBE_KEY = Pattern.compile(".*\\.(pem|key)");
    private static final int LOOKED_AT = 64 << 10;
    /** Folders that a VM sees from its host. */
    private static final List<String> OF_THE_HOST = List.of("/usr/", "/lib/", "/lib64/", "/bin/", "/etc/");

    private Checks() {}

    /**
     * Checks a folder.
     *
     * @param contents what is packed of it
     * @return what the user should know, a line each, none of which keeps it from being deployed
     * @throws PackageException when it cannot run
     */
    public static List<String> of(FunctionFolder function, SortedMap<String, Path> contents) throws IOException, PackageException {
        checkNotIgnored(function);
        List<String> warnings = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, Path> entry : contents.entrySet()) {
            Path file = entry.getValue();
            if (Files.isSymbolicLink(file)) {
                link(entry.getKey(), Files.readSymbolicLink(file)).ifPresent(warnings::add);
            } else if (Files.isRegularFile(file)) {
                bytes += Files.size(file);
                if (isSecret(file)) {
                    warnings.add(entry.getKey() + " looks like a secret and is in the package; name it in " + IgnoreRules.FILE
                            + " unless the function needs it");
                }
            }
        }
        if (bytes > MOST_BYTES) {
            throw new PackageException(function.folder() + " has " + (bytes >> 20) + " MiB to pack; a package has at most " + (MOST_BYTES >> 20)
                    + ". The largest: " + largest(contents) + ". Name what the function does not need in " + IgnoreRules.FILE);
        }
        switch (function.manifest().runtime()) {
            case PROVIDED, HTTP, STDIO -> {
                if (function.program().isPresent()) {
                    warnings.addAll(Elf.check(function.program().get(), FunctionFolder.MANIFEST + ": field 'command'"));
                }
            }
            case PYTHON3, NODEJS, JAVA25, WASI -> HandlerCheck.of(function, contents).ifPresent(warnings::add);
        }
        return warnings;
    }

    /** The manifest and the handler are in the folder, which was looked at before; a rule may keep them out of the package. */
    private static void checkNotIgnored(FunctionFolder function) throws IOException, PackageException {
        IgnoreRules rules = IgnoreRules.of(function.folder());
        List<String> needed = new ArrayList<>(List.of(FunctionFolder.MANIFEST));
        function.program().ifPresent(program -> needed.add(function.folder().relativize(program).toString()));
        for (String path : needed) {
            if (rules.keepOut(Path.of(path))) {
                throw new PackageException(function.folder().resolve(IgnoreRules.FILE) + " keeps " + path + " out of the package, and the function needs it: change the rule");
            }
        }
        List<String> sources = HandlerCheck.sources(function.manifest()).stream().filter(path -> Files.exists(function.folder().resolve(path))).toList();
        if (!sources.isEmpty() && sources.stream().allMatch(path -> rules.keepOut(Path.of(path)))) {
            throw new PackageException(function.folder().resolve(IgnoreRules.FILE) + " keeps the file of field 'handler', '" + function.manifest().handler()
                    + "', out of the package: change the rule");
        }
    }

    private static java.util.Optional<String> link(String path, Path target) {
        if (target.isAbsolute()) {
            return OF_THE_HOST.stream().anyMatch(target.toString()::startsWith) ? java.util.Optional.empty()
                    : java.util.Optional.of(path + " is a link to " + target + ", which the function's VM does not have; pack the file itself");
        }
        Path parent = Path.of(path).getParent();
        Path end = (parent == null ? target : parent.resolve(target)).normalize();
        return end.startsWith("..")
                ? java.util.Optional.of(path + " is a link to " + target + ", which lies outside the package; pack the file itself") : java.util.Optional.empty();
    }

    private static boolean isSecret(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (SECRET.matcher(name).matches()) {
            return true;
        }
        if (!MAYBE_KEY.matcher(name).matches()) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1).contains("PRIVATE KEY-----");
        }
    }

    private static String largest(SortedMap<String, Path> contents) {
        return String.join(", ", contents.entrySet().stream().filter(entry -> Files.isRegularFile(entry.getValue()))
                .sorted((one, other) -> Long.compare(other.getValue().toFile().length(), one.getValue().toFile().length()))
                .limit(3).map(entry -> entry.getKey() + " (" + (entry.getValue().toFile().length() >> 20) + " MiB)").toList());
    }
}
