package dev.thaw.sdk.junit;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A Thaw server of its own, started with the {@code thaw} command, with the one function deployed on it. */
final class VmHost implements Host {
    private static final String LISTENS = "Thaw listens on ";

    private final Path folder;
    private final Process server;
    private final URI invocations;
    private final HttpClient client = HttpClient.newHttpClient();

    private VmHost(Path folder, Process server, URI invocations) {
        this.folder = folder;
        this.server = server;
        this.invocations = invocations;
    }

    static VmHost start(Class<?> handler, Path manifest) throws IOException, InterruptedException {
        Path kvm = Path.of("/dev/kvm");
        if (!Files.isReadable(kvm) || !Files.isWritable(kvm)) {
            throw new TestAbortedException("no usable /dev/kvm, so the function is not tested in a VM");
        }
        String launcher = Launcher.find().toString();
        Path folder = Files.createTempDirectory("thaw-test-");
        Optional<Process> started = Optional.empty();
        try {
            String name = FunctionPackage.write(handler, manifest, folder.resolve("function"));
            Process server = process(launcher, "server", "--listen", "127.0.0.1:0", "--data", folder.resolve("data").toString())
                    .redirectError(folder.resolve("server.log").toFile()).start();
            started = Optional.of(server);
            String url = url(server, folder.resolve("server.log"));
            deploy(launcher, folder, url);
            return new VmHost(folder, server, URI.create(url + "/2015-03-31/functions/" + name + "/invocations"));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            started.ifPresent(VmHost::end);
            delete(folder);
            throw e;
        }
    }

    private static ProcessBuilder process(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("THAW_NO_BUILD", "1"); // a build inside of a build would write into the same folders
        return builder;
    }

    private static String url(Process server, Path log) throws IOException {
        BufferedReader out = server.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(LISTENS)) {
                return line.substring(LISTENS.length()).split(",")[0];
            }
        }
        throw new AssertionError("the Thaw server did not start:\n" + Files.readString(log));
    }

    private static void deploy(String launcher, Path folder, String url) throws IOException, InterruptedException {
        Process deploy = process(launcher, "deploy", folder.resolve("function").toString(), "--server", url).redirectErrorStream(true).start();
        String said = new String(deploy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (deploy.waitFor() != 0) {
            throw new AssertionError("the function could not be deployed:\n" + said);
        }
    }

    @Override
    public Reply invoke(byte[] event) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(invocations)
                .POST(HttpRequest.BodyPublishers.ofByteArray(event)).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException("HTTP " + answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        boolean failed = answer.headers().firstValue("X-Amz-Function-Error").isPresent();
        return new Reply(answer.body(), failed ? Optional.of(errorType(answer.body())) : Optional.empty());
    }

    private static String errorType(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8).replaceAll("\"errorType\"\\s*:\\s*\"", "\"errorType\":\"");
        int at = text.indexOf("\"errorType\":\"") + "\"errorType\":\"".length();
        return text.substring(at, text.indexOf('"', at));
    }

    @Override
    public void close() throws IOException {
        end(server);
        delete(folder);
    }

    private static void end(Process server) {
        server.destroy();
        try {
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
