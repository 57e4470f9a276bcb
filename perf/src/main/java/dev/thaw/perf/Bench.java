package dev.thaw.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The command {@code thaw bench}. */
public final class Bench {
    private static final String USAGE = """
            usage: thaw bench cold [--n COUNT] [--json FILE]
              cold    from request to response of a C, Python, Node, Go and Java function, each time in a VM newly thawed, beside a C
                      program that restores a bare VM, native process starts, processor work inside and outside a VM, the cost
                      of a system call and of a page, and this host's memory figures
              --n     invocations measured of each kind, 300 unless told
              --json  where the figures are written too, bench-cold.json unless told""";

    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int n = 300;
        Path json = Path.of("bench-cold.json");
        if (args.length < 1 || !args[0].equals("cold")) {
            System.err.println(USAGE);
            System.exit(2);
        }
        for (int i = 1; i < args.length; i++) {
            boolean hasValue = i + 1 < args.length;
            if (args[i].equals("--n") && hasValue && args[i + 1].matches("[1-9][0-9]{0,5}")) {
                n = Integer.parseInt(args[++i]);
            } else if (args[i].equals("--json") && hasValue) {
                json = Path.of(args[++i]);
            } else {
                System.err.println("thaw bench: " + args[i] + " is not understood\n" + USAGE);
                System.exit(2);
            }
        }
        Path folder = Files.createTempDirectory("thaw-bench");
        try {
            Figures figures = new ColdBench(Path.of(System.getProperty("thaw.root", ".")).toAbsolutePath(), folder, n).run();
            System.out.print(figures.table());
            Files.write(json, figures.json());
            System.err.println("written to " + json);
        } catch (BenchException e) {
            System.err.println("thaw bench: " + e.getMessage());
            System.exit(1);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
