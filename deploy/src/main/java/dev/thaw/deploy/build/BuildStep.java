package dev.thaw.deploy.build;

import dev.thaw.deploy.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One command line of a build.
 *
 * @param words the program and its arguments; a program with a slash is looked for from {@code folder}
 * @param folder where it runs
 * @param environment variables besides those of this process
 * @param remedy what to do when there is no such program
 */
record BuildStep(List<String> words, Path folder, Map<String, String> environment, String remedy) {
    /** Lines of a failed build that are shown. */
    private static final int SHOWN_LINES = 40;
    private static final int SHOWN_BYTES = 16 << 10;

    BuildStep {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** As it would be typed. */
    String text() {
        return String.join(" ", words.stream().map(word -> word.matches("[a-zA-Z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'").toList());
    }

    /** Runs it to its end; fails with the end of what it printed. Its standard input is empty. */
    void run() {
        try {
            Path output = Files.createTempFile("thaw-build-", ".log");
            try {
                int status = run(output);
                if (status != 0) {
                    throw new Failure(Failure.FAILED, "the build failed, `" + text() + "` in " + folder + " ended with status " + status
                            + "; once it works by hand, or with --no-build, deploy again\n" + lastLines(output));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "the build cannot be run, `" + text() + "` in " + folder + ": " + e.getMessage());
        }
    }

    private int run(Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            // errno 2, ENOENT: no such program (or folder, which has just been read)
            String why = String.valueOf(e.getMessage()).matches(".*error[=:] ?2\\b.*") ? "there is no " + words.getFirst() : String.valueOf(e.getMessage());
            throw new Failure(Failure.FAILED, "`" + text() + "` is needed to build " + folder + ", and " + why + ": " + remedy);
        }
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "interrupted");
        }
    }

    private static String lastLines(Path output) throws IOException {
        byte[] all = Files.readAllBytes(output);
        int from = Math.max(0, all.length - SHOWN_BYTES);
        List<String> lines = new String(all, from, all.length - from, StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()).stream()
                .map(line -> "  | " + line.replaceAll("\u001b\\[[0-9;]*m", "").replaceAll("[\\p{Cntrl}&&[^\\t]]", "?")).toList());
    }
}
