package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own that is killed while functions are made and changed. */
@Timeout(900)
class RegistryCrashTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FUNCTIONS = "/2015-03-31/functions";

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** What the server has said is done: function and alias, to the version that it names. */
    private final Map<String, String> promised = new ConcurrentHashMap<>();

    private static String zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("function.yaml"));
            zip.write("name: any\nruntime: stdio\ncommand: [cat]\nmemory: 16\n".getBytes(StandardCharsets.UTF_8));
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private HttpResponse<String> send(ServerProcess server, String method, String path, String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    /** Makes functions with a version and an alias each until the server is gone. */
    private void make(ServerProcess server, String prefix, String zip) {
        try {
            for (int i = 0; ; i++) {
                String name = prefix + i;
                HttpResponse<String> made = send(server, "POST", FUNCTIONS, "{\"FunctionName\":\"" + name
                        + "\",\"Role\":\"arn:aws:iam::123456789012:role/r\",\"Publish\":true,\"Code\":{\"ZipFile\":\"" + zip + "\"}}");
                assertEquals(201, made.statusCode(), made.body());
                promised.put(name, "1");
                HttpResponse<String> alias = send(server, "POST", FUNCTIONS + "/" + name + "/aliases", "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}");
                assertEquals(201, alias.statusCode(), alias.body());
                promised.put(name + "/aliases/live", "1");
            }
        } catch (IOException | InterruptedException _) {
            // The server was killed.
        }
    }

    @Test
    void hasAllThatItAnsweredForAndNothingHalf() throws Exception {
        Kvm.needed();
        String zip = zip();
        for (int round = 0; round < 3; round++) {
            ServerProcess server = ServerProcess.start(folder.resolve("data"));
            String prefix = "f" + round + "-";
            Thread maker = Thread.ofPlatform().start(() -> make(server, prefix, zip));
            while (promised.keySet().stream().filter(name -> name.startsWith(prefix)).count() < 5) {
                Thread.sleep(5);
            }
            server.kill();
            maker.join();
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            for (String path : promised.keySet()) {
                assertEquals(200, send(server, "GET", FUNCTIONS + "/" + path, "").statusCode(), path);
            }
            JsonNode all = JSON.readTree(send(server, "GET", FUNCTIONS, "").body()).path("Functions");
            assertTrue(all.size() >= 6, all.toString());
            for (JsonNode function : all) {
                HttpResponse<String> answer = send(server, "POST", FUNCTIONS + "/" + function.path("FunctionName").asText() + "/invocations", "[1]");
                assertEquals("200 [1]", answer.statusCode() + " " + answer.body());
            }
        }
    }
}
