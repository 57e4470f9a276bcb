package dev.thaw.deploy.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.Failure;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Versions, aliases and settings of functions, through Lambda's REST API where that has the operation. Names are checked by the caller.
 * What changes something sends the RevisionId that was read before, so that nobody overwrites what another did meanwhile.
 */
public final class FunctionsClient {
    private static final String LAMBDA = "/2015-03-31/functions/";
    private static final String OWN = "/thaw/v1/functions/";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final long POLL_MILLIS = 100;

    private final ThawClient server;

    public FunctionsClient(ThawClient server) {
        this.server = server;
    }

    /** An empty JSON object. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static Optional<JsonNode> there(Supplier<JsonNode> request) {
        try {
            return Optional.of(request.get());
        } catch (Failure e) {
            if (e.http() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private JsonNode get(String path) {
        return server.call("GET", path, Optional.empty());
    }

    private JsonNode change(String method, String path, JsonNode body) {
        return unlessChanged(() -> server.call(method, path, Optional.of(body)));
    }

    private static JsonNode unlessChanged(Supplier<JsonNode> request) {
        try {
            return request.get();
        } catch (Failure e) {
            if (e.http() == PRECONDITION_FAILED) {
                throw new Failure(Failure.FAILED, "somebody else has changed this meanwhile, so nothing was done: look at it, and run the command again",
                        PRECONDITION_FAILED);
            }
            throw e;
        }
    }

    /** What the server says of a function, if there is one. */
    public Optional<JsonNode> find(String name) {
        return there(() -> get(OWN + name));
    }

    /** Manifest and files of what {@code $LATEST} is, if there is such a function. */
    public Optional<JsonNode> files(String name) {
        return there(() -> get(OWN + name + "/package"));
    }

    /** What {@code $LATEST} is and was, all versions, and which aliases name them. */
    public JsonNode versions(String name) {
        return get(OWN + name + "/versions");
    }

    /** Makes {@code $LATEST} what it was before, or a version; {@code from} and {@code to}. */
    public JsonNode rollback(String name, Optional<String> version, String revision) {
        String query = "?revision=" + revision + version.map(number -> "&version=" + number).orElse("");
        return unlessChanged(() -> server.call("POST", OWN + name + "/rollback" + query, Optional.empty()));
    }

    public JsonNode publish(String name, ObjectNode body) {
        return change("POST", LAMBDA + name + "/versions", body);
    }

    public JsonNode configuration(String name) {
        return get(LAMBDA + name + "/configuration");
    }

    public JsonNode configure(String name, ObjectNode body) {
        return change("PUT", LAMBDA + name + "/configuration", body);
    }

    /** Waits until a version can answer, or fails with why it cannot. */
    public JsonNode awaitReady(String name, Optional<String> version) {
        String path = LAMBDA + name + "/configuration" + version.map(number -> "?Qualifier=" + number).orElse("");
        while (true) {
            JsonNode now = get(path);
            String state = now.path("State").asText();
            String update = now.path("LastUpdateStatus").asText();
            if (state.equals("Failed") || update.equals("Failed")) {
                throw new Failure(Failure.FAILED, name + " cannot be made ready: "
                        + now.path("StateReason").asText(now.path("LastUpdateStatusReason").asText("see `thaw logs " + name + "`")));
            }
            if (!state.equals("Pending") && !update.equals("InProgress")) {
                return now;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(Failure.FAILED, "interrupted");
            }
        }
    }

    public Optional<JsonNode> alias(String name, String alias) {
        return there(() -> get(LAMBDA + name + "/aliases/" + alias));
    }

    public JsonNode createAlias(String name, ObjectNode body) {
        return change("POST", LAMBDA + name + "/aliases", body);
    }

    public JsonNode updateAlias(String name, String alias, ObjectNode body) {
        return change("PUT", LAMBDA + name + "/aliases/" + alias, body);
    }

    public void deleteAlias(String name, String alias) {
        server.call("DELETE", LAMBDA + name + "/aliases/" + alias, Optional.empty());
    }
}
