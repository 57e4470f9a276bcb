package dev.thaw.perf;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param n requests measured of each kind, 1 to 999,999
 * @param compare two files to compare instead of measuring
 */
record BenchOptions(Set<Part> parts, int n, Path json, Path charts, Optional<Two> compare, boolean help) {
    static final int USUAL_N = 300;
    static final String USAGE = """
            usage: thaw bench [PART…] [--n COUNT] [--json FILE] [--charts DIR]
                   thaw bench --compare OLD.json NEW.json
            Measures Thaw on this machine beside what else could be used on it, in one run: minutes. Nothing else should run meanwhile.
            Parts, all but the last unless told:
            %s
              --only PART   the same as PART
              --n           requests measured of each kind, %d unless told
              --json        where the results are written, thaw-bench/results.json unless told
              --charts      folder for the charts (SVG), thaw-bench unless told
              --compare     says what moved between two results beyond noise; ends with 1 if something is worse""";

    record Two(Path old, Path fresh) {}

    /** An argument that is not understood; the message names it. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    static BenchOptions parse(String... args) throws UsageException {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        int n = USUAL_N;
        Path json = Path.of("thaw-bench", "results.json");
        Path charts = Path.of("thaw-bench");
        Optional<Two> compare = Optional.empty();
        boolean help = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-h" -> help = true;
                case "--n" -> n = count(value(args, i++, "a count"));
                case "--json" -> json = Path.of(value(args, i++, "a file"));
                case "--charts" -> charts = Path.of(value(args, i++, "a folder"));
                case "--only" -> parts.add(part(value(args, i++, "a part")));
                case "--compare" -> {
                    compare = Optional.of(new Two(Path.of(value(args, i, "two files")), Path.of(value(args, i + 1, "two files"))));
                    i += 2;
                }
                default -> parts.add(part(args[i]));
            }
        }
        if (compare.isPresent() && !parts.isEmpty()) {
            throw new UsageException("--compare measures nothing: leave the parts away");
        }
        return new BenchOptions(parts.isEmpty() ? Part.usual() : parts, n, json, charts, compare, help);
    }

    private static String value(String[] args, int option, String what) throws UsageException {
        if (option + 1 >= args.length) {
            throw new UsageException(args[args.length - 1] + " wants " + what + " behind it");
        }
        return args[option + 1];
    }

    private static int count(String text) throws UsageException {
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new UsageException("--n " + text + ": a count from 1 to 999999 is wanted");
        }
        return Integer.parseInt(text);
    }

    private static Part part(String word) throws UsageException {
        return Part.named(word).orElseThrow(() -> new UsageException(word.startsWith("-")
                ? word + " is not understood" : "there is no part '" + word + "'; parts are " + Part.words()));
    }

    static String usage() {
        return USAGE.formatted(Part.help(), USUAL_N);
    }
}
