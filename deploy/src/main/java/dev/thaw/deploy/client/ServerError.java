package dev.thaw.deploy.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.deploy.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer other than 2xx, read as the Lambda error that a Thaw server sends.
 *
 * @param status HTTP status
 * @param message the server's words; never empty
 * @param details further lines: the function's error, its last log lines, when to try again
 */
record ServerError(int status, String message, List<String> details) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 300;
    /** Lambda's words. */
    private static final Pattern UNKNOWN = Pattern.compile("Function not found: arn:aws:lambda:.*:function:([a-zA-Z0-9-_]+)(:.*)?");

    /** Where to look when an id is wrong. */
    private static final Map<String, String> WHERE = Map.of("There is no dead letter of this id", "thaw dlq list",
            "There is no key of this id", "thaw keys list", "There is no event source mapping of this UUID", "thaw triggers list");

    static ServerError of(URI server, int status, HttpHeaders headers, byte[] body) {
        List<String> details = new ArrayList<>();
        String message = "";
        try {
            JsonNode json = JSON.readTree(body);
            message = text(json, "message", text(json, "Message", ""));
            addFunctionError(json, message, details);
        } catch (IOException e) {
            // not a Thaw server, or something between: below
        }
        if (message.isEmpty()) {
            String shown = new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8).strip();
            message = server + " answered " + status + " without saying why; is it a Thaw server?"
                    + (shown.isEmpty() ? "" : " It said: " + printable(shown));
        }
        if (status == 403 && message.startsWith("Missing Authentication Token")) {
            details.add("`thaw config set key` keeps an API key for this server; THAW_KEY or --key-file also give one, `thaw keys create` makes one");
        }
        if (status == 404 && WHERE.containsKey(message)) {
            details.add("`" + WHERE.get(message) + "` shows what there is");
        }
        headers.firstValue("Retry-After").ifPresent(seconds -> details.add("try again in " + printable(seconds) + " s"));
        return new ServerError(status, message, List.copyOf(details));
    }

    /** Whether it says that there is no such function, or no such version of one. */
    boolean isUnknownFunction() {
        return status == 404 && UNKNOWN.matcher(message).matches();
    }

    String unknownFunction() {
        Matcher matcher = UNKNOWN.matcher(message);
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** The same with a further line. */
    ServerError with(String detail) {
        List<String> more = new ArrayList<>(details);
        more.add(detail);
        return new ServerError(status, message, List.copyOf(more));
    }

    private static void addFunctionError(JsonNode json, String message, List<String> details) {
        String type = text(json, "errorType", "");
        String said = text(json, "errorMessage", "");
        if (!type.isEmpty() && !message.contains(said)) {
            details.add(type + ": " + said);
        }
        for (JsonNode frame : json.path("stackTrace")) {
            details.add(printable(frame.asText().stripTrailing()));
        }
        for (JsonNode line : json.path("logLines")) {
            details.add("| " + printable(line.asText()));
        }
    }

    private static String text(JsonNode json, String field, String otherwise) {
        JsonNode value = json.path(field);
        return value.isTextual() && !value.asText().isBlank() ? printable(value.asText()) : otherwise;
    }

    /** What a function or a stranger's server says must not drive the user's terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "?");
    }

    Failure failure() {
        return new Failure(Failure.FAILED, details.isEmpty() ? message : message + "\n  " + String.join("\n  ", details), status);
    }
}
