package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.controlplane.functions.Seeds;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which requests the audit log tells of, and what. */
@Timeout(120)
class AuditedChangesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> send(Server server, String token, String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String create(Server server, String token, String body) throws Exception {
        return JSON.readTree(send(server, token, "POST", "/thaw/v1/keys", body).body()).path("token").asText();
    }

    @Test
    void changesAndRefusalsAreToldWithWhoAndWhatAndNoSecret() throws Exception {
        Seeds.function(folder.resolve("data"), "seeded", "ab".repeat(32));
        String admin;
        String deploy;
        try (Server server = Server.start(ServerConfig.of(folder.resolve("data")).listen("127.0.0.1", 0))) {
            admin = create(server, "", "{\"role\":\"admin\"}");
            deploy = create(server, admin, "{\"role\":\"deploy\"}");
            String invoke = create(server, admin, "{\"role\":\"invoke\"}");
            send(server, deploy, "PUT", "/2017-10-31/functions/seeded/concurrency", "{\"ReservedConcurrentExecutions\":3}");
            send(server, deploy, "POST", "/2015-03-31/functions/seeded/aliases", "{\"Name\":\"live\",\"FunctionVersion\":\"9\"}");
            send(server, deploy, "PUT", "/thaw/v1/functions/a%0A%7B%22seq%22:1%7D", "x");
            send(server, deploy, "GET", "/2015-03-31/functions/seeded", "");
            send(server, invoke, "DELETE", "/thaw/v1/functions/seeded", "");
            send(server, admin.substring(0, admin.length() - 2) + "zz", "DELETE", "/thaw/v1/functions/seeded", "");
            send(server, "thaw_0123456789ab_" + "0".repeat(64), "DELETE", "/thaw/v1/functions/seeded", "");
            send(server, deploy, "DELETE", "/thaw/v1/dlq/none", "");
            assertEquals(403, send(server, deploy, "GET", "/thaw/v1/audit", "").statusCode());
            JsonNode entries = JSON.readTree(send(server, admin, "GET", "/thaw/v1/audit", "").body()).path("entries");
            while (entries.size() < 11) { // an entry is made with the answer, maybe a moment after it
                Thread.sleep(10);
                entries = JSON.readTree(send(server, admin, "GET", "/thaw/v1/audit", "").body()).path("entries");
            }
            List<String> told = new ArrayList<>();
            entries.forEach(entry -> told.add(entry.path("operation").asText() + " " + entry.path("result").asText()));
            assertEquals(List.of("CreateKey ok", "CreateKey ok", "CreateKey ok", "PutFunctionConcurrency ok", "CreateAlias ResourceNotFoundException",
                    "Deploy InvalidParameterValueException", "DeleteFunction AccessDeniedException", "DeleteFunction UnrecognizedClientException",
                    "DeleteFunction UnrecognizedClientException", "DeleteDeadLetter ResourceNotFoundException", "ReadAudit AccessDeniedException"), told);
            assertEquals("anyone", entries.get(0).path("principal").asText());
            assertEquals(admin.split("_")[1], entries.get(1).path("principal").asText());
            assertEquals("seeded/live", entries.get(4).path("target").asText());
            assertEquals("0123456789ab", entries.get(8).path("target").asText());
            assertEquals("", entries.get(8).path("principal").asText());
            assertEquals(2, JSON.readTree(send(server, admin, "GET", "/thaw/v1/audit?limit=2", "").body()).path("entries").size());
            assertEquals(400, send(server, admin, "GET", "/thaw/v1/audit?limit=x", "").statusCode());
        }
        String file = Files.readString(folder.resolve("data/audit.log"));
        assertEquals(11, file.lines().count());
        for (String line : file.lines().toList()) {
            assertTrue(JSON.readTree(line).path("seq").asLong() > 0, line);
        }
        assertFalse(file.contains(admin.split("_")[2]) || file.contains(deploy.split("_")[2]), "secrets");
    }
}
